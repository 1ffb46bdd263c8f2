/* Runs the compiler's division of whole numbers over arrays, and one that an interrupt's division breaks in
 * upon. */
#include <stdint.h>

#define DIVIDE(NAME, TYPE)                                                                                   \
    void NAME(const TYPE *a, const TYPE *b, TYPE *results, uint32_t count) {                                 \
        for (; count > 0; count--, a++, b++) {                                                               \
            *results++ = *a / *b;                                                                            \
            *results++ = *a % *b;                                                                            \
        }                                                                                                    \
    }

DIVIDE(divide_signed, int32_t)
DIVIDE(divide_unsigned, uint32_t)
DIVIDE(divide_signed_long, int64_t)
DIVIDE(divide_unsigned_long, uint64_t)

/* SIO's divider: RP2040 datasheet 2.3.1.7. */
struct divider {
    uint32_t udividend, udivisor;
    int32_t sdividend, sdivisor, quotient, remainder;
};
#define DIVIDER ((volatile struct divider *)0xd0000060)

/* A signed division with another one after `steps` of its four: results as of divide_signed(). */
int32_t other_quotient;
void divide_interrupted(int32_t a, int32_t b, int32_t *results, uint32_t steps) {
    volatile int32_t *const others = &other_quotient;
    const uint32_t dividend = (uint32_t)a * 31, divisor = 7;
    if (steps == 0) *others = (int32_t)(dividend / divisor);
    DIVIDER->sdividend = a;
    if (steps == 1) *others = (int32_t)(dividend / divisor);
    DIVIDER->sdivisor = b;
    if (steps == 2) *others = (int32_t)(dividend / divisor);
    results[1] = DIVIDER->remainder;
    if (steps == 3) *others = (int32_t)(dividend / divisor);
    results[0] = DIVIDER->quotient;
    results[2] = *others;
}
