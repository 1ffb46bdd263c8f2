/* The routing of the inputs to one output. */
#ifndef DSPI_MATRIX_H
#define DSPI_MATRIX_H

#include "glide.h"

/* out = the sum of the inputs, each with its gain; a crosspoint that is zero at both ends of the glide costs
 * nothing. */
void matrix_run(const gain_t from[DSPI_INPUTS], const gain_t to[DSPI_INPUTS], const struct glide *,
                sample_t in[DSPI_INPUTS][ENGINE_FRAMES_MAX], sample_t *out, unsigned frames);

#endif
