@ Sums and differences of doubles (IEEE 754 binary64, to nearest even) for the M0+.
@
@ The larger operand stays packed: what is added to its fraction carries into its exponent, or borrows of it, and that
@ tells whether the result must be shifted. What the smaller one loses when it is shifted into place, the guard, has
@ the half of a unit in its bit 31; whatever lies below its 32 bits is told by its bit 0.
@
@ double __aeabi_dadd(double a, double b), __aeabi_dsub: a - b, __aeabi_drsub: b - a (Run-time ABI for the Arm
@ Architecture 4.1.2)
@
@   r0 r1 the larger operand    r2 r3 the smaller one    r4 guard    r5 r7 work    r6 bit 31: signs differ

    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .section .text.double_add, "ax", %progbits
    .balign 4

    function __aeabi_drsub
    push {r4-r7, lr}
    movs r4, #1
    lsls r4, #31
    eors r1, r4
    b .Ladd

    function __aeabi_dsub
    function __subdf3
    push {r4-r7, lr}
    movs r4, #1
    lsls r4, #31
    eors r3, r4
    b .Ladd

@ The larger one is an infinity or no number.
.Lnot_finite:
    lsls r4, r1, #12
    orrs r4, r0
    bne .Lno_number
    cmp r6, #0
    bpl 1f
    eors r3, r1 @ zero now but for the sign, if infinity is subtracted of infinity
    lsls r3, #1
    orrs r3, r2
    beq .Lundefined
1:  pop {r4-r7, pc}
.Lundefined:
    ldr r1, =0x7ff80000
    pop {r4-r7, pc}
.Lno_number:
    movs r4, #1
    lsls r4, #19
    orrs r1, r4
    pop {r4-r7, pc}
    .ltorg

.Lwithout_leading_one: @ its exponent is 1
    subs r5, r4, #1
    bpl .Lshift
@ Both are so: sums of fractions are those of words.
    cmp r6, #0
    bmi 1f
    adds r0, r2
    adcs r1, r3
    pop {r4-r7, pc}
1:  subs r0, r2
    sbcs r1, r3
    lsls r4, r1, #1
    orrs r4, r0
    beq .Lzero
    pop {r4-r7, pc}

.Lzero: @ the difference of equals is +0 (IEEE 754 6.3)
    movs r1, #0
    pop {r4-r7, pc}

    function __aeabi_dadd
    function __adddf3
    push {r4-r7, lr}
.Ladd:
    lsls r4, r1, #1
    lsls r5, r3, #1
    cmp r4, r5
    bls .Lnot_larger
.Lordered:
    movs r6, r1
    eors r6, r3
    lsrs r4, #21 @ exponents
    lsrs r5, #21
    adds r7, r4, #1
    lsrs r7, #11
    bne .Lnot_finite
    lsls r3, #12
    lsrs r3, #12
    cmp r5, #0
    beq .Lwithout_leading_one
    movs r7, #1
    lsls r7, #20
    adds r3, r7
    subs r5, r4, r5
.Lshift: @ by r5, as shifts by 0 and by 32 do what they say
    movs r7, #32
    subs r7, r5
    bmi .Lshift_far
    movs r4, r2
    lsls r4, r7
    lsrs r2, r5
    mov r12, r3
    lsls r3, r7
    orrs r2, r3
    mov r3, r12
    lsrs r3, r5
.Lshifted:
    movs r5, r1
    cmp r6, #0
    bmi .Lsubtract
    adds r0, r2
    adcs r1, r3
    eors r5, r1
    lsrs r5, #20
    bne .Lcarried
.Lround:
    movs r5, #0
.Lround_by_zero:
    lsls r4, #1
    beq .Lexact_or_tie
    adcs r0, r5
    adcs r1, r5
    pop {r4-r7, pc}
.Lexact_or_tie:
    bcc 1f
    adcs r0, r5
    adcs r1, r5
    lsrs r0, #1
    lsls r0, #1
1:  pop {r4-r7, pc}

.Lnot_larger:
    bne .Lswap
    cmp r0, r2
    bhs .Lordered
.Lswap:
    movs r6, r0
    movs r0, r2
    movs r2, r6
    movs r6, r1
    movs r1, r3
    movs r3, r6
    movs r6, r4
    movs r4, r5
    movs r5, r6
    b .Lordered

@ Of two significands without shift the fraction has carried once or twice: the exponent becomes one more than it was,
@ and what is above it is halved.
.Lcarried:
    lsrs r7, r1, #20
    eors r7, r5
    adds r7, #1
    lsls r7, #20
    subs r1, r7
    lsls r6, r0, #31
    lsrs r0, #1
    lsls r5, r1, #31
    orrs r0, r5
    lsrs r1, #1
    cmp r4, #0
    beq 1f
    adds r6, #1
1:  movs r4, r6
    adds r1, r7
    lsls r5, r7, #1
    lsrs r5, #21
    adds r5, #1
    lsrs r5, #11
    beq .Lround_by_zero
    movs r0, #0 @ beyond the largest number: infinity
    lsrs r1, #20
    lsls r1, #20
    pop {r4-r7, pc}

.Lsubtract:
    rsbs r4, r4, #0
    sbcs r0, r2
    sbcs r1, r3
    eors r5, r1
    lsrs r5, #20
    beq .Lround
@ The exponent is one less, and the fraction has no leading one: it is shifted up to where it has, but not below the
@ smallest exponent, where numbers have none.
    lsrs r5, r1, #20 @ sign and exponent
    lsls r6, r5, #20
    subs r1, r6
    movs r6, r1
    orrs r6, r0
    orrs r6, r4
    beq .Lzero
    b .Lby_eight
.Lshift_by_eight:
    subs r5, #8
    lsls r1, #8
    lsrs r6, r0, #24
    orrs r1, r6
    lsls r0, #8
    lsrs r6, r4, #24
    orrs r0, r6
    lsls r4, #8
.Lby_eight:
    lsrs r6, r1, #12
    bne .Lby_one
    lsls r6, r5, #21
    lsrs r6, #24
    bne .Lshift_by_eight
.Lby_one:
    lsls r6, r5, #21
    beq .Lput_exponent
    subs r5, #1
    adds r4, r4
    adcs r0, r0
    adcs r1, r1
    lsrs r6, r1, #20
    beq .Lby_one
.Lput_exponent:
    lsls r5, #20
    adds r1, r5
    b .Lround

.Lshift_far:
    cmp r5, #64
    bls 1f
    movs r5, #64
1:  subs r5, #32
    adds r7, #32
    bpl 2f
    movs r7, #0
2:  movs r4, r2
    lsls r4, r7
    beq 3f
    movs r4, #1
3:  lsrs r2, r5
    orrs r4, r2
    movs r2, r3
    lsls r2, r7
    orrs r4, r2
    movs r2, r3
    lsrs r2, r5
    movs r3, #0
    b .Lshifted
    .size __aeabi_dadd, . - __aeabi_dadd
