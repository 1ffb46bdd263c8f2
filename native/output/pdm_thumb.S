@ pdm_modulate() of pdm_modulate.c for the M0+ and the M33, bit for bit: there it says what is computed, here how.
@
@ What follows a bit depends on its value, so there is code for both values of all bits of a word. It lies in two
@ chains in which values alternate, as they mostly do: going on costs less than a branch to the other chain.

    .syntax unified
    .thumb
    .text

    .equ OUTPUT, 37282702 @ PDM_OUTPUT
    .equ LEAN, OUTPUT + OUTPUT / 2
    .equ LINE_SHIFT, 5

@ struct pdm
    .equ SAMPLE, 0
    .equ INTEGRAL1, 4
    .equ INTEGRAL2, 8
    .equ REST, 12
    .equ RANDOM, 16

@ The stack
    .equ SLOPE, 0
    .equ OUT, 4
    .equ END, 8
    .equ STATE, 12

@ void pdm_modulate(struct pdm *, int32_t sample, uint8_t *bits);
@
@   r0 integral1    r1 integral2    r2 the word's bits    r3 next draw    r4-r7 four draws
@   r8 input - output    r9 input + output    r10 2 LEAN    r11 line    r12 random    lr rest

@ What the sign of bit n is taken of: integral2, to which two bits of three add draws. Four are fetched at once.
    .macro level n
    .if \n == 30
    ldmia r3!, {r4, r5}
    .elseif (\n % 6) == 0
    ldmia r3!, {r4-r7}
    .endif
    .if (\n % 6) == 0
    adds r4, r1
    .elseif (\n % 6) == 1
    adds r5, r1
    .elseif (\n % 6) == 3
    adds r6, r1
    .elseif (\n % 6) == 4
    adds r7, r1
    .endif
    .endm

@ Bits are collected by the byte, which is as much as an immediate value reaches.
    .macro next_byte n
    .if (\n % 8) == 7 && \n < 31
    lsls r2, #8
    .endif
    .endm

    .macro one n, next
one_\n:
    adds r2, #(0x80 >> (\n % 8))
    next_byte \n
    add r0, r8
    adds r1, r0
    .if \n < 31
    level \next
    bpl one_\next
    .endif
    .endm

    .macro zero n, next
zero_\n:
    next_byte \n
    add r0, r9
    add r1, r10
    adds r1, r0
    .if \n < 31
    level \next
    bmi zero_\next
    .endif
    .endm

@ 16 bits from n on
    .altmacro
    .macro pair first, second, n
    \first \n, %(\n + 1)
    \second %(\n + 1), %(\n + 2)
    .endm
    .macro chain first, second, n
    .irp place, 0, 2, 4, 6, 8, 10, 12, 14
    pair \first, \second, %(\n + place)
    .endr
    .endm

    .global pdm_modulate
    .type pdm_modulate, %function
    .thumb_func
    .align 2
pdm_modulate:
    push {r4-r7, lr}
    mov r4, r8
    mov r5, r9
    mov r6, r10
    mov r7, r11
    push {r4-r7}
    sub sp, #16
    str r0, [sp, #STATE]
    str r2, [sp, #OUT]
    adds r2, #32
    str r2, [sp, #END]
    ldr r4, [r0, #SAMPLE]
    str r1, [r0, #SAMPLE]
    subs r1, r4
    str r1, [sp, #SLOPE]
    lsls r4, #3
    subs r4, r1 @ each word begins with a step
    asrs r1, #1
    adds r4, r1
    mov r11, r4
    ldr r4, [r0, #REST]
    mov lr, r4
    ldr r4, [r0, #RANDOM]
    mov r12, r4
    ldr r4, =2 * LEAN
    mov r10, r4
    lsrs r4, #1
    ldr r1, [r0, #INTEGRAL2]
    ldr r0, [r0, #INTEGRAL1]
    subs r0, r4

word:
    ldr r4, [sp, #SLOPE]
    add r4, r11
    mov r11, r4
    add r4, lr
    lsls r5, r4, #(32 - LINE_SHIFT)
    lsrs r5, #(32 - LINE_SHIFT)
    mov lr, r5
    asrs r4, #LINE_SHIFT
    ldr r5, =OUTPUT
    subs r6, r4, r5
    mov r8, r6
    adds r4, r5
    mov r9, r4

    mov r4, r12
    adds r4, #1
    ldr r5, =1664525
    muls r4, r5
    mov r12, r4
    lsrs r4, #26
    lsls r4, #2
    ldr r3, =dither
    adds r3, r4
    movs r2, #0
    level 0
    bmi zero_0
    chain one, zero, 0
    b one_16
    chain zero, one, 0
    chain zero, one, 16
    b word_end
    chain one, zero, 16

word_end:
    rev r2, r2
    ldr r3, [sp, #OUT]
    stmia r3!, {r2}
    str r3, [sp, #OUT]
    ldr r4, [sp, #END]
    cmp r3, r4
    beq 1f
    b word
1:
    mov r4, r10
    lsrs r4, #1
    adds r0, r4
    ldr r2, [sp, #STATE]
    str r0, [r2, #INTEGRAL1]
    str r1, [r2, #INTEGRAL2]
    mov r4, lr
    str r4, [r2, #REST]
    mov r4, r12
    str r4, [r2, #RANDOM]
    add sp, #16
    pop {r4-r7}
    mov r8, r4
    mov r9, r5
    mov r10, r6
    mov r11, r7
    pop {r4-r7, pc}
    .ltorg
    .noaltmacro
