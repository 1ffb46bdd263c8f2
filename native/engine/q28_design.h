/* How a design becomes the coefficients of fixed point: what its parts share. */
#ifndef DSPI_Q28_DESIGN_H
#define DSPI_Q28_DESIGN_H

#include "arithmetic.h"

/* dB of response that rounding may cost a filter in the fast loops. */
#define ERROR_LIMIT 0.0012

#define DECIBELS 8.685889638065035 /* 20 / ln 10 */

static inline double magnitude(double x) {
    return x < 0 ? -x : x;
}
static inline double larger(double a, double b) {
    return a > b ? a : b;
}
static inline double smaller(double a, double b) {
    return a < b ? a : b;
}

/* By its IEEE 754 bits: products of doubles are slow on the M0+. */
static inline double power_of_two(int exponent) {
    const union {
        uint64_t bits;
        double value;
    } power = {(uint64_t)(1023 + exponent) << 52};
    return power.value;
}

/* By its bits, too: the least n with which |x| < 2^n; of 0, less than of any other. */
static inline int exponent_of(double x) {
    const union {
        double value;
        uint64_t bits;
    } number = {x};
    return (int)(number.bits >> 52 & 0x7ff) - 1022;
}

static inline int32_t nearest(double x) {
    return (int32_t)(x + (x < 0 ? -0.5 : 0.5));
}

/*
 * What a design is about: w = tan(pi f/Fs) of its frequency, 1/Q, and how much is heard of high pass, band
 * pass and low pass.
 */
struct prototype {
    double w, k, high, band, low;
};

/*
 * The loops with a damping: all peaking filters and most others. With w = tan(pi f/Fs) j and damping d,
 *
 *   e = (1/a2) w^2 / (...);  v1 = w / ((1/a2 - d) w^2 + (d - g) w + g);  v2 = g / (...)
 *
 * so the scale of v1 is free, and with it d: one is taken with which g and a2, rounded, lose little.
 */
struct damped {
    double w, k, slowness; /* 1 + w (w + k): of an input, e is this many times its high pass */
    double share;          /* g / d = w / (w + k) */
    double square;         /* a2 d = w (w + k) / slowness */
    double fullest;        /* the least d with which the first state stays within its range */
    int input_shift;
};

/* Of the first state, for a filter that takes over; none is larger than what fits. */
static inline uint16_t scale_of_state(const struct damped *d, double damping) {
    return (uint16_t)smaller((d->w + d->k) / damping * (1 << BAND_SCALE_BITS), UINT16_MAX);
}

/* Each is false when the filter cannot be held precisely enough in its loops. */
bool quantise_peaking(struct band *, const struct prototype *, const struct damped *);
bool quantise_common(struct band *, const struct prototype *, const struct damped *);
bool quantise_wide(struct band *, const struct prototype *);

#endif
