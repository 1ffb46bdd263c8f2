/* Runs the compiler's arithmetic of doubles over arrays, which is what it calls for these expressions. */
#include <stdint.h>

#define EACH(NAME, RESULT, EXPRESSION)                                                                       \
    void NAME(const double *a, const double *b, RESULT *results, uint32_t count) {                           \
        for (; count > 0; count--, a++, b++)                                                                 \
            *results++ = EXPRESSION;                                                                         \
    }

EACH(add, double, *a + *b)
EACH(subtract, double, *a - *b)
EACH(multiply, double, *a **b)
EACH(divide, double, *a / *b)
/* A bit for each relation. */
EACH(compare, uint32_t,
     (uint32_t)((*a == *b) | (*a < *b) << 1 | (*a <= *b) << 2 | (*a >= *b) << 3 | (*a > *b) << 4 |
                __builtin_isunordered(*a, *b) << 5))

#define CONVERT(NAME, FROM, TO)                                                                              \
    void NAME(const FROM *from, TO *to, uint32_t count) {                                                    \
        for (; count > 0; count--)                                                                           \
            *to++ = (TO) * from++;                                                                           \
    }

CONVERT(from_signed, int32_t, double)
CONVERT(from_unsigned, uint32_t, double)
CONVERT(to_signed, double, int32_t)
CONVERT(to_unsigned, double, uint32_t)
