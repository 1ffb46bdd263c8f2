/* Reads the arguments of a native function; what the application must not give is a TypeError or RangeError.
 */
#ifndef DSPI_XS_ARGUMENTS_H
#define DSPI_XS_ARGUMENTS_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "xsmc.h"

static inline void argument_count(xsMachine *the, int count) {
    if (xsmcArgc < count) xsTypeError("%d arguments, expected %d", (int)xsmcArgc, count);
}

/* A finite number. */
static inline double argument_number(xsMachine *the, int index, const char *name) {
    int type = xsmcTypeOf(xsArg(index));
    if (type != xsNumberType && type != xsIntegerType) xsTypeError("%s: expected a number", name);
    double number = xsmcToNumber(xsArg(index));
    if (!isfinite(number)) xsRangeError("%s: expected a finite number", name);
    return number;
}

/* An integer from 0 to last. */
static inline uint32_t argument_integer(xsMachine *the, int index, const char *name, uint32_t last) {
    double number = argument_number(the, index, name);
    if (number < 0 || number > last || number != floor(number))
        xsRangeError("%s: %.15g, expected an integer from 0 to %lu", name, number, (unsigned long)last);
    return (uint32_t)number;
}

static inline bool argument_boolean(xsMachine *the, int index, const char *name) {
    if (xsmcTypeOf(xsArg(index)) != xsBooleanType) xsTypeError("%s: expected true or false", name);
    return xsmcToBoolean(xsArg(index));
}

#endif
