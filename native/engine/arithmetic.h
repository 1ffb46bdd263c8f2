/*
 * What the pipeline needs of numbers, so that it is written once. f32.h and q28.h each define
 *
 *   sample_t   a sample, 1.0 = full scale
 *   gain_t     a linear gain, -GAIN_LIMIT ... GAIN_LIMIT
 *   weight_t   how far a glide has come, 0 ... 1
 *   boost_t    a linear gain from 0 to 127, and struct ramp, one that moves in a straight line
 *   energy_t   a sum of squares; its mean is taken in 2^-44 of full scale
 *   band       the coefficients of one filter, kept as the arithmetic likes them
 *   band_state its memory
 *   UNROLLED   what a loop over samples begins with when that is worth it
 *
 * and the small operations on them; the filters are below. Nothing here wraps: what does not fit saturates.
 */
#ifndef DSPI_ARITHMETIC_H
#define DSPI_ARITHMETIC_H

#include "engine.h"

#if defined(DSPI_RP2350)
#include "f32.h"
#else
#include "q28.h"
#endif

#define GAIN_LIMIT 16.0

/* Takes a design over; false, and nothing changed, when it is not a stable filter of this form. */
bool band_quantise(struct band *, const struct band_design *);

/*
 * Runs the bands whose bit is set in `mask` one after the other, band 0 first, over `samples` in place.
 * The result of a band does not depend on which others run with it, nor on how a stream is cut into calls, if
 * `elapsed` tells how many frames of it went before.
 */
void cascade_run(const struct band bands[], struct band_state states[], uint32_t mask, sample_t *samples,
                 unsigned frames, uint32_t elapsed);

/*
 * The state that `to` starts with when it takes over from `from`: the same when it filters about where the
 * other did, so that a slow resonance need not build up again; at rest when it does not, for what rang there
 * would ring here.
 */
struct band_state band_take_over(const struct band *from, const struct band_state *, const struct band *to);

static inline bool band_is_flat(const struct band *band) {
    return band->a2 == 0;
}

#endif
