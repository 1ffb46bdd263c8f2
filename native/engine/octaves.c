#include "octaves.h"

/* 2^31 x log2(1 + 2^-i), i = 1 ... 24: any number from 1 to 2 is nearly a product of some of these, each
 * once. */
static const uint32_t factor[24] = {
    1256197404, 691335319, 364911161, 187825021, 95335645, 48034512, 24110347, 12078627,
    6045199,    3024074,   1512406,   756295,    378170,   189091,   94547,    47273,
    23637,      11818,     5909,      2954,      1477,     738,      369,      184,
};

octaves_t octaves_of(uint64_t x) {
    if (x == 0) return -64 * OCTAVE;
    const int exponent = 63 - __builtin_clzll(x);
    const uint32_t mantissa = (uint32_t)(exponent > 30 ? x >> (exponent - 30) : x << (30 - exponent));
    uint32_t product = UINT32_C(1) << 30, logarithm = 0;
    for (unsigned i = 1; i <= 24; i++) {
        const uint32_t next = product + (product >> i);
        if (next > mantissa) continue;
        product = next;
        logarithm += factor[i - 1];
    }
    return exponent * OCTAVE + (octaves_t)(logarithm >> 7);
}

int32_t octaves_to_q24(octaves_t octaves) {
    const int exponent = octaves >> 24; /* rounds down */
    if (exponent >= 7) return INT32_MAX;
    if (exponent < -25) return 0;
    uint32_t rest = (uint32_t)(octaves & (OCTAVE - 1)) << 7, product = UINT32_C(1) << 30;
    for (unsigned i = 1; i <= 24; i++) {
        if (factor[i - 1] > rest) continue;
        rest -= factor[i - 1];
        product += product >> i;
    }
    return (int32_t)(product >> (6 - exponent));
}

octaves_t octaves_from_decibels(double decibels) {
    const double octaves = decibels / 6.020599913279624, limit = 32;
    if (!(octaves > -limit)) return -32 * OCTAVE;
    if (octaves > limit) return 32 * OCTAVE;
    return (octaves_t)(octaves * OCTAVE + (octaves < 0 ? -0.5 : 0.5));
}
