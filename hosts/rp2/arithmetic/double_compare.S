@ Comparisons of doubles (IEEE 754 binary64) for the M0+: whether a is equal to b, less … or unordered with it.
@
@ int __aeabi_dcmpeq(double a, double b), __aeabi_dcmplt, __aeabi_dcmple, __aeabi_dcmpge, __aeabi_dcmpgt, __aeabi_dcmpun
@ (Run-time ABI for the Arm Architecture 4.1.2)
@
@   r0 r1 a    r2 r3 b    r4 relations that are asked for, one per bit

    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .section .text.double_compare, "ax", %progbits
    .balign 4

    .equ LESS, 1 << 0
    .equ EQUAL, 1 << 1
    .equ GREATER, 1 << 2

    .macro comparison name, relations
    function \name
    push {r4-r6, lr}
    movs r4, #\relations
    b .Lcompare
    .endm

    comparison __aeabi_dcmpeq, EQUAL
    comparison __aeabi_dcmple, LESS | EQUAL
    comparison __aeabi_dcmpge, GREATER | EQUAL
    comparison __aeabi_dcmpgt, GREATER
    function __aeabi_dcmplt
    push {r4-r6, lr}
    movs r4, #LESS
.Lcompare:
    movs r5, #1
    lsls r5, #21
    lsls r6, r1, #1
    adds r6, r5 @ carries when all bits of the exponent are set
    bcs .Llarge_a
.Llook_at_b:
    lsls r6, r3, #1
    adds r6, r5
    bcs .Llarge_b
.Lnumbers:
    movs r6, r1
    eors r6, r3
    bmi .Lsigns_differ
    cmp r1, r3
    bne 1f
    cmp r0, r2
    beq .Lequal
1:  sbcs r6, r6 @ -1: the word of a is less
    asrs r1, #31
    eors r6, r1
2:  adds r6, #1
    lsls r6, #1
.Lrelated: @ by bit r6
    lsrs r4, r6
    movs r0, #1
    ands r0, r4
    pop {r4-r6, pc}
.Lequal:
    movs r6, #1
    b .Lrelated
.Lsigns_differ: @ zeros are equal
    movs r6, r1
    orrs r6, r3
    lsls r6, #1
    orrs r6, r0
    orrs r6, r2
    beq .Lequal
    asrs r6, r1, #31
    b 2b
.Llarge_a:
    orrs r6, r0
    beq .Llook_at_b
    b .Lno_number_compared
.Llarge_b:
    orrs r6, r2
    beq .Lnumbers
.Lno_number_compared:
    movs r6, #3 @ none is asked for here
    b .Lrelated
    .size __aeabi_dcmplt, . - __aeabi_dcmplt

@ Whether the larger upper word without its sign is above infinity's. Its bit 0 tells whether the lower word is not zero.
    function __unorddf2
    function __aeabi_dcmpun
    subs r0, #1
    adcs r1, r1
    subs r2, #1
    adcs r3, r3
    cmp r1, r3
    bhs 1f
    movs r1, r3
1:  movs r0, #0
    movs r2, #1
    lsls r2, #21
    adds r1, r2
    bls 2f
    movs r0, #1
2:  bx lr
    .size __aeabi_dcmpun, . - __aeabi_dcmpun
