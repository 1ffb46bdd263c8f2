/* The delay line of an output. */
#ifndef DSPI_DELAY_H
#define DSPI_DELAY_H

#include "glide.h"
#include "ring.h"

struct delay_line {
    struct ring ring;
    sample_t sample[ENGINE_DELAY_MAX];
};

/* Silence, at no cost. */
void delay_clear(struct delay_line *);

/* Delays `samples` in place by 0 ... ENGINE_DELAY_MAX frames, cross-fading between two delays while gliding.
 */
void delay_run(struct delay_line *, uint32_t from, uint32_t to, const struct glide *, sample_t *samples,
               unsigned frames);

#endif
