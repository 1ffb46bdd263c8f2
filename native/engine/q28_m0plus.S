@ The filters of q28.c for the M0+, bit for bit: there it says what is computed, here how.
@
@ A product of a sample x and a significand c of 16 bits is two multiplications of one cycle,
@ c (x >> 16) + (c (x & 0xffff) >> 16), and adding with carry rounds it.
@
@ void q28_cascade(const struct band[], struct band_state[], uint32_t mask, sample_t *, const sample_t *end);
@
@   r0 input_shift and end (below)    r4 s1    r5 s2    r7 next sample    r1 r2 r3 r6 work
@   r8 a1 or damping    r9 a2    r10 g    r11 m1 or mask    r12 rest1    lr rest2
@
@ A shift by a register looks at its lowest byte alone: the others hold where the last sample lies.

    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .text

    .equ BAND_A1, 0 @ struct band
    .equ BAND_A2, 2
    .equ BAND_G, 4
    .equ BAND_M0, 6
    .equ BAND_M1, 8
    .equ BAND_M2, 10
    .equ BAND_A1_FINE, 12
    .equ BAND_M0_FINE, 14
    .equ BAND_M1_FINE, 16
    .equ BAND_M2_FINE, 18
    .equ BAND_A_SHIFT, 20
    .equ BAND_G_SHIFT, 21
    .equ BAND_M_SHIFT, 22
    .equ BAND_INPUT_SHIFT, 23
    .equ BAND_LOOP, 24
    .equ BAND_MIRRORED, 25
    .equ BAND_BYTES, 26
    .equ STATE_BYTES, 12 @ struct band_state

    .equ M0, 0 @ on the stack
    .equ M1, 4
    .equ M2, 8
    .equ A1_FINE, 12
    .equ M0_FINE, 16
    .equ M1_FINE, 20
    .equ M2_FINE, 24
    .equ SHIFT1, 28
    .equ MASK1, 32
    .equ SHIFT2, 36
    .equ MASK2, 40
    .equ M_SHIFT, 44
    .equ LOW_SHIFT, 48
    .equ MIRROR, 52
    .equ S1, 56
    .equ S2, 60
    .equ BAND, 64 @ the next
    .equ STATE, 68
    .equ MASK, 72
    .equ SAMPLES, 76
    .equ FRAME, 80
    .equ END, FRAME + 36

    .macro load_signed to, offset @ r0 the band, r3 work
    movs r3, #\offset
    ldrsh \to, [r0, r3]
    .endm

    .macro put offset, at
    ldrh r2, [r0, #\offset]
    str r2, [sp, #\at]
    .endm

    .macro put_signed offset, at
    load_signed r2, \offset
    str r2, [sp, #\at]
    .endm

@ A shift and what it shifts out, from a byte of the band less `less`, onto the stack.
    .macro put_shift offset, less, shift_at, mask_at
    ldrb r2, [r0, #\offset]
    subs r2, #\less
    str r2, [sp, #\shift_at]
    movs r3, #1
    lsls r3, r2
    subs r3, #1
    str r3, [sp, #\mask_at]
    .endm

@ ---------------------------------------------------------------------------------------------------------

@ r1 = v3
    .macro input
    ldr r1, [r7]
    asrs r1, r0
    subs r1, r1, r5
    .endm

@ r2 = a1 s1 + a2 v3, of v3 in r1
    .macro first_change
    asrs r2, r1, #16
    uxth r1, r1
    mov r3, r9
    muls r2, r3
    muls r1, r3
    mov r3, r8
    asrs r6, r4, #16
    muls r6, r3
    adds r2, r6
    uxth r6, r4
    muls r6, r3
    adds r1, r6
    asrs r1, r1, #16
    adcs r2, r1
    .endm

    .macro halves of, high, low
    asrs \high, \of, #16
    uxth \low, \of
    .endm

@ r2 = product of the halves in r2 and r3 and the coefficient without a sign in r1; r3 is lost
    .macro times
    muls r2, r1
    muls r3, r1
    lsrs r3, r3, #16
    adcs r2, r3
    .endm

@ After an overflow, when the sign is wrong: the largest or the smallest number.
    .macro turn reg, work, back
    asrs \reg, \reg, #31
    movs \work, #1
    lsls \work, \work, #31
    eors \reg, \work
    b \back
    .endm

@ After a shift that lost bits of `of`: the largest or the smallest number, by its sign.
    .macro limit reg, of, work, back
    asrs \reg, \of, #31
    movs \work, #1
    lsls \work, \work, #31
    eors \reg, \work
    mvns \reg, \reg
    b \back
    .endm

@ Ends a loop that begins at `start`; r1 is lost.
    .macro next start
    lsls r1, r7, #8
    cmp r1, r0
    ble \start
    b finish
    .endm

@ ---------------------------------------------------------------------------------------------------------
@ Peaking filters: shifts by a constant copy, too.

@ r1 -= damping s1, of r4
    .macro damp_simple
    mov r6, r8
    movs r3, r4
    asrs r3, r6
    subs r1, r1, r3
    .endm

    .macro damp_fine
    mov r6, r8
    halves r4, r2, r3
    muls r2, r6
    muls r3, r6
    lsrs r3, r3, #16
    adcs r2, r3
    subs r1, r1, r2
    .endm

    .macro change shift, rest @ r1 = dv of r2
    add r2, \rest
    asrs r1, r2, #\shift
    lsls r2, r2, #(32 - \shift)
    lsrs r2, r2, #(32 - \shift)
    mov \rest, r2
    .endm

    .macro peaking_loop damping, shift, m_shift
loop_\damping\()_\shift\()_\m_shift:
    input
    damp_\damping
    halves r1, r2, r1
    mov r3, r9
    muls r2, r3
    muls r1, r3
    lsrs r1, r1, #16
    .if \shift == 0
    adcs r1, r2
    .else
    adcs r2, r1
    change \shift, r12
    .endif
    adds r4, r1
    halves r4, r2, r3
    adds r4, r1
    mov r1, r11
    movs r6, r1
    muls r6, r2
    muls r1, r3
    asrs r1, r1, #16
    adcs r6, r1
    mov r1, r10
    times
    .if \shift == 0
    adds r2, r2
    adds r5, r2
    .else
    change (\shift - 1), lr
    adds r5, r1
    .endif
    lsls r1, r6, #\m_shift
    asrs r2, r1, #\m_shift
    cmp r2, r6
    bne 2f
1:  ldr r2, [r7]
    adds r1, r2
    bvs 4f
3:  stm r7!, {r1}
    next loop_\damping\()_\shift\()_\m_shift
2:  limit r1, r6, r3, 1b
4:  turn r1, r2, 3b
    .endm

    .irp shift, 0, 2, 5, 8
    peaking_loop simple, \shift, 3
    peaking_loop simple, \shift, 5
    .endr

@ Amid the loops, so that they can branch to it.

    .global q28_cascade
    .type q28_cascade, %function
    .thumb_func
q28_cascade:
    push {r4-r7, lr}
    mov r4, r8
    mov r5, r9
    mov r6, r10
    mov r7, r11
    push {r4-r7}
    sub sp, #FRAME
    str r3, [sp, #SAMPLES]
look:
    lsrs r2, r2, #1
    bcs run
    beq done
    adds r0, #BAND_BYTES
    adds r1, #STATE_BYTES
    b look

run:
    str r2, [sp, #MASK]
    str r1, [sp, #STATE]
    ldm r1!, {r4, r5}
    ldrh r6, [r1]
    mov r12, r6
    ldrh r6, [r1, #2]
    mov lr, r6
    ldr r6, [sp, #END]
    subs r6, #4
    lsls r6, r6, #8
    ldr r7, [sp, #SAMPLES]
    ldrh r1, [r0, #BAND_A1]
    mov r8, r1
    ldrh r1, [r0, #BAND_A2]
    mov r9, r1
    ldrh r1, [r0, #BAND_G]
    mov r10, r1
    load_signed r1, BAND_M1
    mov r11, r1
    ldrb r1, [r0, #BAND_LOOP]
    cmp r1, #13 @ LOOP_COMMON
    bcs begin_mix
begin:
    lsls r1, r1, #2
    ldr r2, =loops
    ldr r2, [r2, r1]
    ldrb r1, [r0, #BAND_INPUT_SHIFT]
    adds r0, #BAND_BYTES
    str r0, [sp, #BAND]
    orrs r1, r6
    movs r0, r1
    bx r2

begin_mix:
    bhi begin_wide
    put BAND_M0, M0
    put BAND_M1, M1
    put BAND_M2, M2
begin_shifts:
    put_shift BAND_A_SHIFT, 15, SHIFT1, MASK1
    put_shift BAND_G_SHIFT, 16, SHIFT2, MASK2
    mov r11, r3
    ldrb r2, [r0, #BAND_M_SHIFT]
    str r2, [sp, #M_SHIFT]
    b begin

begin_wide:
    put_signed BAND_M0, M0
    put_signed BAND_M1, M1
    put_signed BAND_M2, M2
    put_signed BAND_A1_FINE, A1_FINE
    put_signed BAND_M0_FINE, M0_FINE
    put_signed BAND_M1_FINE, M1_FINE
    put_signed BAND_M2_FINE, M2_FINE
    load_signed r2, BAND_A1
    mov r8, r2
    movs r3, #14
    ldrb r2, [r0, #BAND_M_SHIFT]
    subs r3, r3, r2
    str r3, [sp, #LOW_SHIFT]
    ldrb r2, [r0, #BAND_MIRRORED]
    rsbs r2, r2, #0
    str r2, [sp, #MIRROR]
    b begin_shifts

finish:
    ldr r1, [sp, #STATE]
    stm r1!, {r4, r5}
    mov r2, r12
    strh r2, [r1]
    mov r2, lr
    strh r2, [r1, #2]
    adds r1, #4
    ldr r0, [sp, #BAND]
    ldr r2, [sp, #MASK]
    b look

done:
    add sp, #FRAME
    pop {r4-r7}
    mov r8, r4
    mov r9, r5
    mov r10, r6
    mov r11, r7
    pop {r4-r7, pc}
    .ltorg

    peaking_loop fine, 0, 3
    .irp shift, 0, 2, 5, 8
    peaking_loop fine, \shift, 5
    .endr

@ ---------------------------------------------------------------------------------------------------------
@ Other common filters. No register is left for a copy of m1: it is fetched twice.

    .macro change_by shift, mask, rest @ r1 = dv of r2; r3 is the shift, then the mask
    add r2, \rest
    movs r1, r2
    ldr r3, [sp, #\shift]
    asrs r1, r3
    \mask
    ands r2, r3
    mov \rest, r2
    .endm

loop_common:
    input
    damp_simple
    halves r1, r2, r3
    ldr r6, [sp, #M0]
    movs r1, r6
    muls r6, r2
    muls r1, r3
    lsrs r1, r1, #16
    adcs r6, r1
    mov r1, r9
    times
    change_by SHIFT2, "mov r3, r11", r12
    adds r4, r1
    halves r4, r2, r3
    adds r4, r1
    ldr r1, [sp, #M1]
    muls r1, r3
    lsrs r1, r1, #16
    adcs r6, r1
    ldr r1, [sp, #M1]
    muls r1, r2
    adds r6, r1
    mov r1, r10
    times
    change_by SHIFT2, "mov r3, r11", lr
    adds r5, r1
    halves r5, r2, r3
    adds r5, r1
    ldr r1, [sp, #M2]
    times
    adds r6, r2
    ldr r3, [sp, #M_SHIFT]
    movs r2, r6
    lsls r2, r3
    movs r1, r2
    asrs r1, r3
    cmp r1, r6
    bne 2f
1:  stm r7!, {r2}
    next loop_common
2:  limit r2, r6, r3, 1b

@ ---------------------------------------------------------------------------------------------------------
@ All others.

@ reg += add, saturated; r6 is lost when it overflows
    .macro add_saturated reg, add
    adds \reg, \reg, \add
    bvc 1f
    asrs \reg, \reg, #31
    movs r6, #1
    lsls r6, r6, #31
    eors \reg, r6
1:
    .endm

@ Adds the weighted sample in r2 to its sum: r6 high, r4 low, r5 fine.
    .macro weigh weight, fine
    uxth r3, r2
    asrs r2, r2, #16
    ldr r1, [sp, #\weight]
    muls r3, r1
    asrs r3, r3, #2
    adds r4, r3
    muls r1, r2
    adds r6, r1
    ldr r1, [sp, #\fine]
    muls r2, r1
    adds r5, r2
    .endm

loop_wide:
    input
    bvc 1f
    asrs r1, r1, #31
    movs r6, #1
    lsls r6, r6, #31
    eors r1, r6
1:  first_change
    asrs r6, r4, #16
    ldr r3, [sp, #A1_FINE]
    muls r6, r3
    asrs r6, r6, #15
    adcs r2, r6
    change_by SHIFT1, "ldr r3, [sp, #MASK1]", r12
    add_saturated r4, r1
    add_saturated r4, r1
    mov r11, r4
    halves r4, r2, r3
    add_saturated r4, r1
    add_saturated r4, r1
    mov r1, r10
    times
    change_by SHIFT2, "ldr r3, [sp, #MASK2]", lr
    add_saturated r5, r1
    movs r2, r5
    add_saturated r5, r1
    ldr r1, [sp, #MIRROR]
    eors r4, r1
    eors r5, r1
    str r4, [sp, #S1]
    str r5, [sp, #S2]
    movs r4, #0
    movs r5, #0
    movs r6, #0
    weigh M2, M2_FINE
    mov r2, r11
    weigh M1, M1_FINE
    ldr r2, [r7]
    weigh M0, M0_FINE
    asrs r5, r5, #15
    adcs r6, r5
    ldr r3, [sp, #M_SHIFT]
    movs r1, r6
    lsls r1, r3
    movs r2, r1
    asrs r2, r3
    cmp r2, r6
    bne 3f
2:  ldr r3, [sp, #LOW_SHIFT]
    asrs r4, r3
    adcs r4, r1
    bvs 5f
4:  stm r7!, {r4}
    ldr r4, [sp, #S1]
    ldr r5, [sp, #S2]
    lsls r1, r7, #8
    cmp r1, r0
    bgt 6f
    b loop_wide
6:  b finish
3:  limit r1, r6, r3, 2b
5:  turn r4, r2, 4b
    .size q28_cascade, . - q28_cascade

    .balign 4
loops:
    .irp shift, 0, 2, 5, 8
    .word loop_simple_\shift\()_3 + 1, loop_simple_\shift\()_5 + 1
    .endr
    .word loop_fine_0_3 + 1
    .irp shift, 0, 2, 5, 8
    .word loop_fine_\shift\()_5 + 1
    .endr
    .word loop_common + 1, loop_wide + 1
