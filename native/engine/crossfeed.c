#include "crossfeed.h"

void crossfeed_run(struct equaliser *equaliser, struct bands from, struct bands to, const struct glide *glide,
                   sample_t samples[DSPI_INPUTS][ENGINE_FRAMES_MAX], unsigned frames) {
    sample_t *left = samples[0], *right = samples[1];
    sample_t side[ENGINE_FRAMES_MAX];
    UNROLLED
    for (unsigned n = 0; n < frames; n++)
        side[n] = sample_half_difference(left[n], right[n]);
    equaliser_run(equaliser, from, to, glide, side, frames);
    UNROLLED
    for (unsigned n = 0; n < frames; n++) {
        const sample_t change = sample_difference(side[n], sample_half_difference(left[n], right[n]));
        left[n] = sample_sum(left[n], change);
        right[n] = sample_difference(right[n], change);
    }
}
