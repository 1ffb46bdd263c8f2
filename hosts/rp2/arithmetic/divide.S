@ Quotients and remainders of whole numbers, by the divider that each core of an RP2040 has (datasheet 2.3.1.5): it answers
@ after 8 cycles. It is dirty while somebody has begun a division and has not read the quotient, which comes last; an
@ interrupt that divides then leaves everything as it found it.
@
@ What is divided by zero is what the hardware makes of it; C leaves it open.
@
@ __aeabi_idiv, __aeabi_uidiv: r0 = r0 / r1; __aeabi_idivmod, __aeabi_uidivmod: r1 = r0 % r1 besides; __aeabi_ldivmod,
@ __aeabi_uldivmod: the same of r0 r1 by r2 r3, and r2 r3 (Run-time ABI for the Arm Architecture 4.2, 4.3.1)

    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .section .text.divide, "ax", %progbits
    .balign 4

    .equ SIO, 0xd0 @ << 24
    .equ UNSIGNED, 0x60
    .equ SIGNED, 0x68
    .equ DIVIDEND, 0
    .equ DIVISOR, 4
    .equ QUOTIENT, 0x70
    .equ REMAINDER, 0x74
    .equ CSR, 0x78
    .equ DIRTY_TO_CARRY, 2 @ its shift

    .macro division kind
    movs r2, #SIO
    lsls r2, #24
    ldr r3, [r2, #CSR]
    lsrs r3, #DIRTY_TO_CARRY
    bcs 1f
.Lbegin_\kind:
    str r0, [r2, #\kind + DIVIDEND]
    str r1, [r2, #\kind + DIVISOR]
    b .Lanswer
1:  push {r4-r7, lr}
    ldr r4, [r2, #UNSIGNED + DIVIDEND]
    ldr r5, [r2, #UNSIGNED + DIVISOR]
    ldr r6, [r2, #REMAINDER]
    ldr r7, [r2, #QUOTIENT]
    bl .Lbegin_\kind
    b .Lrestore
    .endm

    function __aeabi_uidiv
    function __aeabi_uidivmod
    function __udivsi3
    division UNSIGNED
    .size __aeabi_uidiv, . - __aeabi_uidiv

    function __aeabi_idiv
    function __aeabi_idivmod
    function __divsi3
    division SIGNED

.Lanswer: @ two cycles to come here, and six
    b 1f
1:  b 2f
2:  b 3f
3:  ldr r1, [r2, #REMAINDER]
    ldr r0, [r2, #QUOTIENT]
    bx lr

.Lrestore: @ results after what would begin a division
    str r4, [r2, #UNSIGNED + DIVIDEND]
    str r5, [r2, #UNSIGNED + DIVISOR]
    str r6, [r2, #REMAINDER]
    str r7, [r2, #QUOTIENT]
    pop {r4-r7, pc}

    .size __aeabi_idiv, . - __aeabi_idiv

    function __aeabi_uldivmod
    push {r4-r7, lr}
    bl .Ldivide_long
    pop {r4-r7, pc}

    .macro negate_if sign, low, high @ -1: yes, 0: no
    eors \low, \sign
    eors \high, \sign
    subs \low, \sign
    sbcs \high, \sign
    .endm

    function __aeabi_ldivmod
    push {r4-r7, lr}
    asrs r4, r1, #31
    asrs r5, r3, #31
    push {r4, r5}
    negate_if r4, r0, r1
    negate_if r5, r2, r3
    bl .Ldivide_long
    pop {r4, r5}
    negate_if r4, r2, r3
    eors r4, r5
    negate_if r4, r0, r1
    pop {r4-r7, pc}

@ The quotient's upper word and what remains come at once; the lower word too, if nothing remains, or else bit by bit.
@
@   r0 the rest of the dividend, then of the quotient    r1 bits left    r2 r3 divisor    r4 r5 what remains
@   r12 upper word
.Ldivide_long:
    push {lr}
    movs r4, r1
    movs r5, #0
    mov r12, r5
    cmp r3, #0
    bne .Lby_bits
    cmp r1, r2
    blo 1f
    movs r6, r0
    movs r7, r2
    movs r0, r1
    movs r1, r2
    bl __aeabi_uidivmod
    mov r12, r0
    movs r4, r1
    movs r0, r6
    movs r2, r7
    movs r3, #0
1:  cmp r4, #0
    bne .Lby_bits
    movs r1, r2
    bl __aeabi_uidivmod
    movs r2, r1
    movs r3, #0
    b 4f
.Lby_bits:
    movs r1, #32
2:  adds r0, r0
    adcs r4, r4
    adcs r5, r5
    subs r6, r4, r2
    movs r7, r5
    sbcs r7, r3
    bcc 3f
    movs r4, r6
    movs r5, r7
    adds r0, #1
3:  subs r1, #1
    bne 2b
    movs r2, r4
    movs r3, r5
4:  mov r1, r12
    pop {pc}
    .size __aeabi_ldivmod, . - __aeabi_ldivmod
