@ What products and quotients are made of: exponents, and all that is not a normal number.

    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .section .text.double_multiply, "ax", %progbits

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
