@ encode() of spdif.c for the M0+, bit for bit: there it says what is computed, here how.
@
@   r0 left samples    r1-r7 see below    r8 from left to right    r9 end of left    r10 TAIL
@   r11 r12 preambles

    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .text

@ r5 sample    r4 mask of an index into r3 levels    r2 words
    .macro subframe preamble
    lsls r6, r5, #1
    ands r6, r4
    ldrsh r6, [r3, r6] @ low
    lsrs r7, r5, #7
    ands r7, r4
    ldrsh r7, [r3, r7] @ middle
    lsrs r5, r5, #15
    ands r5, r4
    ldrsh r5, [r3, r5] @ high
    lsls r1, r6, #8
    asrs r6, r6, #15
    eors r6, r7
    lsls r7, r7, #24
    eors r1, r7
    add r1, \preamble
    asrs r6, r6, #7
    lsls r5, r5, #9
    eors r6, r5
    lsrs r6, r6, #1
    mov r5, r10
    eors r6, r5
    stmia r2!, {r1, r6}
    .endm

@ void encode(const int32_t *left, const int32_t *right, unsigned frames, uint32_t *words);
    .type encode, %function
    .thumb_func
    .align 2
encode:
    push {r4-r7, lr}
    mov r4, r8
    mov r5, r9
    mov r6, r10
    mov r7, r11
    push {r4-r7}
    subs r1, r0
    mov r8, r1
    lsls r2, #2
    adds r2, r0
    mov r9, r2
    movs r4, #(0x33000000 >> 24)
    lsls r4, #24
    mov r10, r4
    movs r4, #0x47 @ PREAMBLE_M
    mov r11, r4
    movs r4, #0x27 @ PREAMBLE_W
    mov r12, r4
    movs r4, #0xff
    lsls r4, #1
    movs r2, r3
    ldr r3, =levels
    b 2f
1:
    ldr r5, [r0]
    subframe r11
    mov r5, r8
    ldr r5, [r0, r5]
    adds r0, #4
    subframe r12
2:
    cmp r0, r9
    bne 1b
    pop {r4-r7}
    mov r8, r4
    mov r9, r5
    mov r10, r6
    mov r11, r7
    pop {r4-r7, pc}
    .ltorg
