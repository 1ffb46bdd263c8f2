/* Compares octaves.h with libm over random numbers of every size; fails with the first that is too far off.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "octaves.h"

static uint64_t state = 1;

static uint64_t random_bits(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void check(const char *what, double argument, double got, double wanted, double most) {
    if (fabs(got - wanted) <= most) return;
    fprintf(stderr, "octaves: %s of %.17g is %.17g, expected %.17g +- %g\n", what, argument, got, wanted,
            most);
    exit(1);
}

int main(void) {
    for (unsigned i = 0; i < 2000000; i++) {
        const uint64_t x = random_bits() >> (i % 64);
        if (x > 0) check("log2", (double)x, octaves_of(x), log2((double)x) * OCTAVE, OCTAVES_ERROR);
        const octaves_t octaves = (octaves_t)((int64_t)(random_bits() % (31u << 24)) - (24 << 24));
        const double power = exp2((double)octaves / OCTAVE) * OCTAVE;
        check("2^", (double)octaves / OCTAVE, octaves_to_q24(octaves), power,
              1 + power * OCTAVES_ERROR * 0.7 / OCTAVE);
    }
    check("log2", 0, octaves_of(0), -64.0 * OCTAVE, 0);
    check("log2", 1, octaves_of(1), 0, 0);
    check("2^", 0, octaves_to_q24(0), OCTAVE, 0);
    check("2^", 7, octaves_to_q24(7 * OCTAVE), INT32_MAX, 0);
    check("2^", -40, octaves_to_q24(-40 * OCTAVE), 0, 0);
    return 0;
}
