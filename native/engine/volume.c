#include "volume.h"

/*
 * 2^32 x 10^(-2^i/256/20): what bit i of an attenuation in 1/256 dB multiplies by. Whole numbers alone:
 * callable from an interrupt, and the same everywhere.
 */
static const uint32_t factor[14] = {4293036182u, 4291105936u, 4287248048u, 4279542673u, 4264173445u,
                                    4233600378u, 4173110276u, 4054710589u, 3827893632u, 3411613790u,
                                    2709941160u, 1709857278u, 680706443u,  107884701u};

uint32_t volume_to_q31(int16_t volume) {
    const int attenuation = volume < 0 ? -(int)volume : 0;
    if (attenuation >= 60 * 256) return 0;
    uint64_t gain = UINT64_C(1) << 31;
    for (int bit = 0; bit < 14; bit++)
        if (attenuation >> bit & 1) gain = (gain * factor[bit] + (UINT64_C(1) << 31)) >> 32;
    return (uint32_t)gain;
}
