/*
 * XS as the device runs it: no parser, no regular expressions, no debugger, fixed memory. XS includes this as
 * its XSPLATFORM header. The steps of the bytecode are counted (mxMetering) to stop what never returns.
 */
#ifndef DSPI_XS_PLATFORM_H
#define DSPI_XS_PLATFORM_H

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define mxRun         1
#define mxRegExp      0
#define mxBoundsCheck 1
#define mxMetering    1
#define mxNoConsole   1

/* The Cortex-M0+ reads and writes numbers at multiples of their size only. */
#if defined(__ARM_ARCH_6M__)
#define mxUnalignedAccess        0
#define mxMisalignedSettersCrash 1
static inline uint16_t read16(const void *at) {
    uint16_t value;
    memcpy(&value, at, sizeof value);
    return value;
}
static inline uint32_t read32(const void *at) {
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}
#define c_read16(AT) read16(AT)
#define c_read32(AT) read32(AT)
#endif

#define mxMachinePlatform

#define mxUseDefaultMachinePlatform 1
#define mxUseDefaultChunkAllocation 1
#define mxUseDefaultSlotAllocation  1
/* The rest is native/xs/runtime.c. */
#define mxUseDefaultCStackLimit 0

#endif
