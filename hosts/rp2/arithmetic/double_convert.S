@ Conversions between doubles (IEEE 754 binary64) and words for the M0+. All words are doubles; doubles lose their fraction,
@ and what no word holds becomes the nearest one that there is.
@
@ double __aeabi_i2d(int), __aeabi_ui2d(unsigned); int __aeabi_d2iz(double), unsigned __aeabi_d2uiz(double)

    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .section .text.double_convert, "ax", %progbits
    .balign 4

    .equ TOP, 0x3ff + 31 @ the biased exponent of 2^31

    function __aeabi_ui2d
    function __floatunsidf
    movs r2, #0
    b .Lfrom_magnitude
    function __aeabi_i2d
    function __floatsidf
    asrs r2, r0, #31
    eors r0, r2
    subs r0, r2
.Lfrom_magnitude:
    movs r1, #0
    cmp r0, #0
    beq 2f
    ldr r3, =TOP - 1 @ the leading one adds one
    .irp bits, 16, 8, 4, 2, 1
    lsrs r1, r0, #32 - \bits
    bne 1f
    lsls r0, #\bits
    subs r3, #\bits
1:
    .endr
    lsls r1, r2, #31
    lsls r3, #20
    adds r1, r3
    lsrs r3, r0, #11
    adds r1, r3
    lsls r0, #21
2:  bx lr

    function __aeabi_d2uiz
    function __fixunsdfsi
    cmp r1, #0
    bmi __aeabi_d2iz @ as libgcc does; C leaves open what negative numbers become
    lsls r2, r1, #1
    lsrs r2, #21
    ldr r3, =TOP
    subs r3, r2
    bpl .Lto_magnitude
    movs r0, #0
    mvns r0, r0
    bx lr
    function __aeabi_d2iz
    function __fixdfsi
    lsls r2, r1, #1
    lsrs r2, #21
    ldr r3, =TOP
    subs r3, r2
    ble 2f
.Lto_magnitude:
    cmp r3, #31
    bhi 1f
    lsls r2, r1, #11
    lsrs r0, #21
    orrs r0, r2
    movs r2, #1
    lsls r2, #31
    orrs r0, r2
    lsrs r0, r3
    asrs r1, #31
    eors r0, r1
    subs r0, r1
    bx lr
1:  movs r0, #0
    bx lr
2:  ldr r0, =0x7fffffff
    asrs r1, #31
    eors r0, r1
    bx lr
    .ltorg
    .size __aeabi_d2iz, . - __aeabi_d2iz
