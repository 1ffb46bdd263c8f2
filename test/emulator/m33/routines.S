/* Small routines for core.test: what qemu's board has no part for. */
.syntax unified
.thumb

.macro routine name
.section .text.\name, "ax"
.global \name
.type \name, %function
.thumb_func
\name:
.endm

routine gpio_write
    mcr p0, #2, r0, c0, c4
    mcrr p0, #1, r0, r1, c0
    bx lr

routine gpio_read
    mrc p0, #0, r0, c0, c8
    mrrc p0, #0, r1, r2, c8
    adds r0, r1
    adds r0, r2
    bx lr

routine canary
    mrc p7, #0, r0, c1, c2, #1
    mcr p7, #0, r0, c1, c2, #1
    mrc p7, #1, r15, c0, c0, #0
    ite mi
    movmi r0, #1
    movpl r0, #0
    bx lr

routine floats
    vmov s0, r0
    vadd.f32 s0, s0, s0
    vmov r0, s0
    bx lr

routine deeper
    push {r4-r11, lr}
    pop {r4-r11, pc}

/* (where, instruction, how often): writes an instruction before it calls it. */
routine rewritten
    push {r4, lr}
    mov r4, r0
    strh r1, [r4]
    movw r1, #0x4770
    strh r1, [r4, #2]
    orr r4, #1
    movs r0, #5
    blx r4
    pop {r4, pc}

routine load_word
    ldr r0, [r0]
    bx lr

routine load_double
    ldrd r0, r1, [r0]
    bx lr

routine divide
    sdiv r0, r0, r1
    bx lr

routine sleep
    wfi
    wfe
    movs r0, #1
    bx lr

routine lock
    ldrex r1, [r0]
    movs r2, #1
    strex r3, r2, [r0]
    mov r0, r3
    bx lr

routine lock_byte
    ldaexb r1, [r0]
    movs r2, #1
    strexb r3, r2, [r0]
    mov r0, r3
    bx lr

routine count
    ldr r1, =counter
    ldr r2, [r1]
    adds r2, #1
    str r2, [r1]
    bx lr
    .ltorg

routine read_count
    ldr r1, =counter
    ldr r0, [r1]
    bx lr
    .ltorg

.section .bss.counter
counter: .space 4
