#include "matrix.h"

#include <string.h>

static void mix_gliding(const gain_t from[DSPI_INPUTS], const gain_t to[DSPI_INPUTS], const weight_t *weight,
                        sample_t in[DSPI_INPUTS][ENGINE_FRAMES_MAX], sample_t *out, unsigned frames) {
    for (unsigned n = 0; n < frames; n++)
        out[n] = sample_mix(in[0][n], gain_between(from[0], to[0], weight[n]), in[1][n],
                            gain_between(from[1], to[1], weight[n]));
}

void matrix_run(const gain_t from[DSPI_INPUTS], const gain_t to[DSPI_INPUTS], const struct glide *glide,
                sample_t in[DSPI_INPUTS][ENGINE_FRAMES_MAX], sample_t *out, unsigned frames) {
    if (glide->active && (from[0] != to[0] || from[1] != to[1])) {
        mix_gliding(from, to, glide->weight, in, out, frames);
    } else if (to[0] != 0 && to[1] != 0) {
        for (unsigned n = 0; n < frames; n++)
            out[n] = sample_mix(in[0][n], to[0], in[1][n], to[1]);
    } else if (to[0] != 0 || to[1] != 0) {
        const unsigned only = to[0] != 0 ? 0 : 1;
        const gain_t gain = to[only];
        for (unsigned n = 0; n < frames; n++)
            out[n] = sample_mix(in[only][n], gain, 0, 0);
    } else {
        memset(out, 0, frames * sizeof *out);
    }
}
