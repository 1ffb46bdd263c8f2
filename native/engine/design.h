/* What can be said of a filter design before an arithmetic takes it over. */
#ifndef DSPI_DESIGN_H
#define DSPI_DESIGN_H

#include "engine.h"

static inline bool design_is_flat(const struct band_design *d) {
    return d->a1m1 == 0 && d->a2 == 0 && d->a3 == 0 && d->m0 == 1 && d->m1 == 0 && d->m2 == 0;
}

/* |x| <= limit; false for what is no number. */
static inline bool within(double x, double limit) {
    return x >= -limit && x <= limit;
}

/*
 * A state-variable filter with g, k > 0 has a1 = 1/(1 + g(g + k)), a2 = g a1, a3 = g a2. So a1 a3 = a2^2, and
 * k > 0 means a1m1 + a3 < 0. The mix stays below 1024 for every Q >= 0.1 and gain of -60 ... +20 dB.
 */
static inline bool design_is_sound(const struct band_design *d) {
    const double mix_limit = 1024;
    const double smallest = 1e-6; /* a2 of 0.02 Hz at 48 kHz */
    if (!(d->a1m1 > -1 && d->a2 >= smallest && d->a2 < 1 && d->a3 > 0 && d->a3 < 1)) return false;
    if (!(d->a1m1 + d->a3 < 0)) return false;
    const double square = d->a2 * d->a2;
    return within((1 + d->a1m1) * d->a3 - square, 1e-6 * square) && within(d->m0, mix_limit) &&
           within(d->m1, mix_limit) && within(d->m2, mix_limit);
}

#endif
