@ Products and quotients of doubles (IEEE 754 binary64, to nearest even) for the M0+, whose only multiplication keeps the
@ lower 32 bits of a product.
@
@ double __aeabi_dmul(double a, double b), __aeabi_ddiv: a / b
@
@ Both arrive at `normalise` with r0 r1 a significand whose leading one is bit 63 or 62, its bit 0 set if anything is lost
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

@ Five digits of 11 bits by a reciprocal of 13 bits. A digit is never too large, and too small by so little that less than
@ 1.5 b remains: it then has 12 bits.
@
@   r0 r1 what remains    r2 r3 b    r4 reciprocal
    function __aeabi_ddiv
    function __divdf3
    push {r4-r7, lr}
    movs r7, #1
    bl .Lunpack
    subs r4, r5
    push {r4, r6}
    lsls r1, #12
    lsrs r1, #12
    lsls r3, #12
    lsrs r3, #12
    movs r7, #1
    lsls r7, #20
    orrs r1, r7
    orrs r3, r7
@ d = b / 2^37, rounded up; 2^31 / d from below: a straight line, within 1/17 of it, then Newton's method twice.
    lsrs r5, r3, #5
    adds r5, #1
    ldr r4, =92500
    subs r4, r5
    lsrs r6, r5, #4
    adds r4, r6
    lsls r7, #11
    .rept 2
    movs r6, r4
    muls r6, r5
    subs r6, r7, r6
    asrs r6, #15
    muls r6, r4
    asrs r6, #16
    adds r4, r6
    .endr
    bl .Ldigit
    lsls r5, #11
    mov r12, r5
    bl .Ldigit
    add r12, r5
    bl .Ldigit
    lsls r5, #11
    push {r5}
    bl .Ldigit
    pop {r6}
    adds r5, r6
    push {r5}
    bl .Ldigit
    subs r6, r0, r2 @ what remains may still be b or more
    movs r7, r1
    sbcs r7, r3
    bcc 1f
    adds r5, #1
    movs r0, r6
    movs r1, r7
1:  orrs r1, r0
    beq 2f
    movs r1, #1
2:  pop {r2, r4, r6}
    lsls r0, r2, #19
    orrs r0, r1
    lsrs r2, #13
    mov r1, r12
    lsls r1, #9
    lsls r5, #8
    adds r0, r5
    adcs r1, r2
    ldr r7, =1022
    adds r4, r7
    b .Lnormalise

@ Of 2^11 times what remains: r5 the digit. Words wrap; what remains in the end does not.
.Ldigit:
    lsrs r5, r1, #6
    muls r5, r4
    lsrs r5, #19
    lsls r1, #11
    lsrs r6, r0, #21
    orrs r1, r6
    lsls r0, #11
    movs r6, r3
    muls r6, r5
    subs r1, r6
    lsrs r6, r2, #16
    muls r6, r5
    lsls r7, r6, #16
    lsrs r6, #16
    subs r0, r7
    sbcs r1, r6
    uxth r6, r2
    muls r6, r5
    movs r7, #0
    subs r0, r6
    sbcs r1, r7
    bx lr

@ r4 and r5 the biased exponents of a and b less one, as if subnormal numbers had more of them; r6 bit 31 the sign.
@ Returns to where it was called from only when both are finite and not zero. r7: whether they are divided.
.Lunpack:
    ldr r6, =0x7fe
    lsls r4, r1, #1
    lsrs r4, #21
    subs r4, #1
    cmp r4, r6
    bhs .Lunusual
    lsls r5, r3, #1
    lsrs r5, #21
    subs r5, #1
    cmp r5, r6
    bhs .Lunusual
    movs r6, r1
    eors r6, r3
    bx lr

    .macro exchange a, b
    movs r6, \a
    movs \a, \b
    movs \b, r6
    .endm

    .equ EXPONENT_A, 0 @ on the stack
    .equ KIND_A, 4
    .equ SIGN, 8
    .equ FRAME, 16

.Lunusual:
    movs r6, r1
    eors r6, r3
    push {r4-r6, lr}
    bl .Llook
    str r4, [sp, #EXPONENT_A]
    str r5, [sp, #KIND_A]
    exchange r0, r2
    exchange r1, r3
    bl .Llook
    exchange r0, r2
    exchange r1, r3
    cmp r7, #0
    beq 1f
    rsbs r5, r5, #0 @ dividing by zero is like multiplying by infinity
1:  ldr r7, [sp, #KIND_A]
    adds r5, r7
    bne .Linfinity_or_zero
    cmp r7, #0
    bne .Lundefined_product
    movs r5, r4
    pop {r4, r7}
    pop {r6, pc}
.Linfinity_or_zero:
    bmi 1f
    ldr r1, =0x7ff00000
    b 2f
1:  movs r1, #0
2:  ldr r6, [sp, #SIGN]
    add sp, #FRAME
.Lwith_sign:
    lsrs r6, #31
    lsls r6, #31
    orrs r1, r6
    movs r0, #0
    pop {r4-r7, pc}
.Lundefined_product: @ infinity by zero: not a number
    ldr r1, =0x7ff80000
    movs r0, #0
    add sp, #FRAME
    pop {r4-r7, pc}

@ Of the number in r0 r1: r4 its exponent; r5 0: finite, 1: infinity, -1: zero. A subnormal number gets a leading one.
.Llook:
    lsls r5, r1, #1
    lsrs r4, r5, #21
    beq 1f
    lsls r5, #11
    orrs r5, r0
    adds r6, r4, #1
    lsrs r6, #11
    bne 3f
    subs r4, #1
    movs r5, #0
    bx lr
1:  lsls r1, #1
    lsrs r1, #1
    movs r5, r1
    orrs r5, r0
    beq 4f
2:  subs r4, #1
    adds r0, r0
    adcs r1, r1
    lsrs r5, r1, #20
    beq 2b
    movs r5, #0
    bx lr
3:  cmp r5, #0
    bne .Lno_number_in_product
    movs r5, #1
    bx lr
4:  mvns r5, r5
    bx lr
.Lno_number_in_product: @ stays what it is, but quiet
    movs r4, #1
    lsls r4, #19
    orrs r1, r4
    add sp, #FRAME
    pop {r4-r7, pc}
    .ltorg
    .size __aeabi_ddiv, . - __aeabi_ddiv
