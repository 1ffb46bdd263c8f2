/* The RP2040's division of whole numbers, in place of libgcc's: an eighth of its size, and faster. As
 * double.c. */
#if defined(__ARM_ARCH_6M__)
__asm__(".include \"arithmetic/function.S\"\n"
        ".include \"arithmetic/divide.S\"\n"
        ".text");
#endif
