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

#define mxMachinePlatform

#define mxUseDefaultMachinePlatform 1
#define mxUseDefaultChunkAllocation 1
#define mxUseDefaultSlotAllocation  1
/* The rest is native/xs/runtime.c. */
#define mxUseDefaultCStackLimit 0

#endif
