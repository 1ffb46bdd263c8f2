@ Quotients of doubles (IEEE 754 binary64, to nearest even) for the M0+, which ends in double_multiply.S.
@
@ double __aeabi_ddiv(double a, double b): a / b

    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .section .text.double_multiply, "ax", %progbits

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
    .size __aeabi_ddiv, . - __aeabi_ddiv
