@ Products of doubles (IEEE 754 binary64, to nearest even) for the M0+, whose only multiplication keeps the lower 32 bits of
@ a product; and how products and quotients are rounded.
@
@ double __aeabi_dmul(double a, double b)
@
@ Products and quotients arrive at `normalise` with r0 r1 a significand whose leading one is bit 63 or 62, its bit 0 set if anything is lost
@ below; r4 what the biased exponent less one is when it is bit 63; r6 the sign in bit 31.

    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .section .text.double_multiply, "ax", %progbits
    .balign 4

@ Significands as four digits of 14 bits: four products of digits add up to 30 bits, so that no carry is lost.
@ The sums of what has the same weight, of 2^0, 2^14 … 2^84, are called columns.
@
@   r0 a0    r2 a1    lr a2    r12 a3    r4-r7 b0-b3    r1 column    r3 work
    function __aeabi_dmul
    function __muldf3
    push {r4-r7, lr}
    movs r7, #0
    bl .Lunpack
    adds r4, r5
    push {r4, r6}
    lsls r4, r2, #18
    lsrs r4, #18
    lsls r5, r2, #4
    lsrs r5, #18
    lsrs r2, #28
    lsls r6, r3, #22
    lsrs r6, #18
    orrs r6, r2
    lsls r7, r3, #12
    lsrs r7, #22
    movs r2, #1 @ the leading one, which is not stored
    lsls r2, #10
    orrs r7, r2
    lsls r3, r1, #12
    lsrs r3, #22
    orrs r3, r2
    mov r12, r3
    lsls r1, #22
    lsrs r1, #18
    lsrs r2, r0, #28
    orrs r1, r2
    mov lr, r1
    lsls r2, r0, #4
    lsrs r2, #18
    lsls r0, #18
    lsrs r0, #18

    movs r1, r0
    muls r1, r4
    push {r1}
    lsrs r1, #14
    movs r3, r0
    muls r3, r5
    adds r1, r3
    movs r3, r2
    muls r3, r4
    adds r1, r3
    push {r1}
    lsrs r1, #14
    movs r3, r0
    muls r3, r6
    adds r1, r3
    movs r3, r2
    muls r3, r5
    adds r1, r3
    mov r3, lr
    muls r3, r4
    adds r1, r3
    push {r1}
    lsrs r1, #14
    muls r0, r7
    adds r1, r0
    movs r3, r2
    muls r3, r6
    adds r1, r3
    mov r3, lr
    muls r3, r5
    adds r1, r3
    mov r3, r12
    muls r4, r3
    adds r1, r4 @ 2^42
    muls r2, r7
    mov r4, lr
    muls r4, r6
    adds r2, r4
    muls r5, r3
    adds r2, r5 @ 2^56
    mov r4, lr
    muls r4, r7
    muls r6, r3
    adds r4, r6 @ 2^70
    muls r3, r7 @ 2^84

    lsls r0, r4, #28
    lsrs r4, #4
    lsls r3, #10
    adds r3, r4
    lsls r5, r2, #14
    lsrs r2, #18
    adds r0, r5
    adcs r3, r2
    movs r5, #0
    adds r0, r1
    adcs r3, r5
    movs r1, r3
    pop {r2-r6} @ the columns below, sum of the exponents, sign
    orrs r2, r3
    orrs r2, r4
    movs r4, r5
    lsls r2, #18
    beq 1f
    movs r2, #1
    orrs r0, r2
1:  ldr r7, =1021
    subs r4, r7

.Lnormalise:
    cmp r1, #0
    bmi 1f
    subs r4, #1
    adds r0, r0
    adcs r1, r1
1:  ldr r7, =0x7fe
    cmp r4, r7
    bhs .Lout_of_range
.Lround_product:
    lsrs r6, #31
    lsls r6, #31
    lsls r4, #20
    adds r6, r4 @ sign and exponent; the leading one adds one to it
    lsls r5, r0, #21
    lsrs r0, #11
    lsls r7, r1, #21
    orrs r0, r7
    lsrs r1, #11
    adds r1, r6
    movs r7, #0
    lsls r5, #1
    beq 2f
    adcs r0, r7
    adcs r1, r7
    pop {r4-r7, pc}
2:  bcc 3f @ exact
    adcs r0, r7
    adcs r1, r7
    lsrs r0, #1
    lsls r0, #1
3:  pop {r4-r7, pc}

.Lout_of_range:
    cmp r4, #0
    bge .Loverflow
@ Below the smallest normal number fractions have no leading one, and the exponent is 0.
    rsbs r4, r4, #0
    cmp r4, #32
    blo 2f
    cmp r0, #0
    beq 1f
    movs r0, #1
1:  orrs r0, r1
    movs r1, #0
    subs r4, #32
    cmp r4, #31
    bls 2f
    movs r4, #31
2:  movs r7, #32
    subs r7, r4
    movs r5, r0
    lsrs r0, r4
    lsls r5, r7
    beq 3f
    movs r5, #1
    orrs r0, r5
3:  movs r5, r1
    lsls r5, r7
    orrs r0, r5
    lsrs r1, r4
    movs r4, #0
    b .Lround_product
.Loverflow:
    ldr r1, =0x7ff00000
    b .Lwith_sign
    .size __aeabi_dmul, . - __aeabi_dmul
