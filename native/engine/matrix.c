#include "matrix.h"

#include <string.h>

static void mix_gliding(const gain_t from[DSPI_INPUTS], const gain_t to[DSPI_INPUTS], const weight_t *weight,
                        sample_t in[DSPI_INPUTS][ENGINE_FRAMES_MAX], sample_t *out, unsigned frames) {
    for (unsigned n = 0; n < frames; n++)
        out[n] = sample_mix(in[0][n], gain_between(from[0], to[0], weight[n]), in[1][n],
                            gain_between(from[1], to[1], weight[n]));
}

static void mix(const gain_t gain[DSPI_INPUTS], sample_t in[DSPI_INPUTS][ENGINE_FRAMES_MAX], sample_t *out,
                unsigned frames) {
    const sample_t *left = in[0], *right = in[1];
    const gain_t left_gain = gain[0], right_gain = gain[1];
    UNROLLED
    for (unsigned n = 0; n < frames; n++)
        out[n] = sample_mix(left[n], left_gain, right[n], right_gain);
}

static void route(gain_t gain, const sample_t *in, sample_t *out, unsigned frames) {
    UNROLLED
    for (unsigned n = 0; n < frames; n++)
        out[n] = sample_route(in[n], gain);
}

void matrix_run(const gain_t from[DSPI_INPUTS], const gain_t to[DSPI_INPUTS], const struct glide *glide,
                sample_t in[DSPI_INPUTS][ENGINE_FRAMES_MAX], sample_t *out, unsigned frames) {
    if (glide->active && (from[0] != to[0] || from[1] != to[1]))
        mix_gliding(from, to, glide->weight, in, out, frames);
    else if (to[0] != 0 && to[1] != 0)
        mix(to, in, out, frames);
    else if (to[0] != 0)
        route(to[0], in[0], out, frames);
    else if (to[1] != 0)
        route(to[1], in[1], out, frames);
    else
        memset(out, 0, frames * sizeof *out);
}
