/*
 * Fixed point for the RP2040: a sample is an int32_t with 28 bits behind the point, so 18 dB of headroom.
 * Sums are made in 64 bits, rounded once and saturated where they are stored.
 */
#ifndef DSPI_Q28_H
#define DSPI_Q28_H

#include <stdbool.h>
#include <stdint.h>

typedef int32_t sample_t;  /* Q28 */
typedef int32_t gain_t;    /* Q26 */
typedef int32_t weight_t;  /* Q30 */
typedef int32_t boost_t;   /* Q24 */
typedef uint64_t energy_t; /* Q44 */

#define WEIGHT_ONE (INT32_C(1) << 30)
#define UNROLLED   /* RAM is scarcer than the cycles of a loop */

/*
 * What runs a band: eight loops for peaking filters with a simple damping and five for those with a fine
 * one, by their four shifts and by how far m1 reaches; one for other common filters, one for all that these
 * cannot hold precisely enough.
 */
enum { LOOP_SIMPLE = 0, LOOP_FINE = 8, LOOP_COMMON = 13, LOOP_WIDE };

/*
 * A filter as q28.c computes it, in significands of at most 16 bits, so that a product is two multiplications
 * of one cycle. a2 gives the change of the first state, in 2^-a_shift, g that of the second from the first,
 * in 2^-g_shift; the weights what is heard of what a loop mixes, in 2^(m_shift - 16). The wide loop has an a1
 * like a2 in place of a damping.
 */
struct band {
    union {
        int16_t a1;
        uint16_t damping; /* in 2^-16 when fine; when simple 2^-damping */
    };
    uint16_t a2, g;
    int16_t m0, m1, m2; /* uint16_t in the common loop */
    union {
        int16_t a1_fine; /* 2^-15 of their last bits, like the other three; in the wide loop alone */
        uint16_t scale;  /* of its first state, 2^-BAND_SCALE_BITS: what a filter that takes over must know */
    };
    int16_t m0_fine, m1_fine, m2_fine;
    uint8_t a_shift, g_shift, m_shift;
    uint8_t input_shift; /* the filter sees its input divided by this power of two */
    uint8_t loop;
    bool mirrored; /* runs at half the sample rate less its frequency; in the wide loop alone */
};

#define BAND_SCALE_BITS 10

struct band_state {
    int32_t s1, s2;        /* Q28, divided by 2^input_shift like the input */
    uint16_t rest1, rest2; /* what their changes still lack */
};

static inline int32_t saturate(int64_t x) {
    const int32_t low = (int32_t)x, high = (int32_t)(x >> 32);
    return high == low >> 31 ? low : INT32_MAX ^ high >> 31;
}

/* x / 2^shift, to nearest. */
static inline int64_t round_shift(int64_t x, unsigned shift) {
    return shift ? (x + (INT64_C(1) << (shift - 1))) >> shift : x;
}

/*
 * A product of 32 by 32 bits as the M0+ makes it, from halves: high 2^32 + mid 2^18. It lacks less than 2^20.
 */
struct product {
    int32_t high, mid;
};

static inline struct product product_of(int32_t x, int32_t y) {
    const int32_t x_high = x >> 16, x_low = x & 0xffff, y_high = y >> 16, y_low = y & 0xffff;
    const uint32_t low = (uint32_t)x_low * (uint32_t)y_low;
    return (struct product){x_high * y_high,
                            (x_high * y_low >> 2) + (x_low * y_high >> 2) + (int32_t)(low >> 18)};
}

static inline sample_t sample_sum(sample_t a, sample_t b) {
    int32_t sum;
    return !__builtin_add_overflow(a, b, &sum) ? sum : a < 0 ? INT32_MIN : INT32_MAX;
}

static inline sample_t sample_difference(sample_t a, sample_t b) {
    int32_t difference;
    return !__builtin_sub_overflow(a, b, &difference) ? difference : a < 0 ? INT32_MIN : INT32_MAX;
}

/* A product / 2^shift, to nearest within a few hundredths of a bit, and saturated; 19 <= shift <= 31. */
static inline int32_t product_shifted(struct product product, unsigned shift) {
    const unsigned up = 32 - shift, down = shift - 18;
    const int32_t rest = (product.mid + (1 << (down - 1))) >> down;
    const uint32_t whole = (uint32_t)product.high + (uint32_t)(rest >> up);
    if ((whole + (UINT32_C(1) << (shift - 1))) >> shift) return INT32_MAX ^ (int32_t)whole >> 31;
    return (int32_t)(((uint32_t)product.high << up) + (uint32_t)rest);
}

/* The same for what runs while gliding alone, as a function: RAM is scarcer than its cycles. */
int32_t q28_multiply(int32_t x, int32_t y, unsigned shift);

static inline int32_t multiply(int32_t x, int32_t y, unsigned shift) {
    return product_shifted(product_of(x, y), shift);
}

static inline sample_t sample_from_16(int32_t x) {
    return x * (1 << 13);
}
static inline sample_t sample_from_24(int32_t x) {
    return x * (1 << 5);
}

/* Whole numbers of 24 and 28 bits, to nearest; not limited to them. */
static inline int32_t sample_to_24(sample_t x) {
    return ((x >> 4) + 1) >> 1;
}

static inline int32_t sample_to_28(sample_t x) {
    return (x >> 1) + (x & 1);
}

static inline gain_t gain_from_double(double gain) {
    return (int32_t)(gain * 0x1p26 + (gain < 0 ? -0.5 : 0.5));
}

static inline gain_t gain_from_q31(uint32_t gain) {
    return (int32_t)((gain + 16) >> 5);
}

static inline gain_t gain_product(gain_t a, gain_t b) {
    const int64_t limit = INT64_C(1) << 30, product = round_shift((int64_t)a * b, 26);
    return (int32_t)(product > limit ? limit : product < -limit ? -limit : product);
}

static inline gain_t gain_between(gain_t from, gain_t to, weight_t weight) {
    return from + q28_multiply(to / 2 - from / 2, weight, 29);
}

/* 3u^2 - 2u^3: leaves and arrives with no slope. */
static inline weight_t weight_at(uint32_t position, uint32_t length) {
    const uint32_t step = (UINT32_C(1) << 30) / length; /* first, so that a loop divides once */
    if (position >= length) return WEIGHT_ONE;
    const int32_t u = (int32_t)(position * step);
    return q28_multiply(q28_multiply(u, u, 30), (3 << 29) - u, 29);
}

static inline sample_t sample_between(sample_t from, sample_t to, weight_t weight) {
    return sample_sum(from, q28_multiply(sample_difference(to, from), weight, 30));
}

static inline sample_t sample_scale(sample_t x, gain_t gain) {
    return multiply(x, gain, 26);
}

static inline sample_t sample_mix(sample_t x0, gain_t gain0, sample_t x1, gain_t gain1) {
    const struct product a = product_of(x0, gain0), b = product_of(x1, gain1);
    return product_shifted((struct product){a.high + b.high, a.mid + b.mid}, 26);
}

static inline sample_t sample_route(sample_t x, gain_t gain) {
    return sample_scale(x, gain);
}

static inline boost_t boost_from_q24(int32_t boost) {
    return boost;
}

static inline sample_t sample_boost(sample_t x, boost_t boost) {
    return multiply(x, boost, 24);
}

struct ramp {
    int64_t at, step; /* Q56 */
    boost_t to;
};

static inline void ramp_hold(struct ramp *ramp, boost_t boost) {
    *ramp = (struct ramp){(int64_t)boost << 32, 0, boost};
}

static inline void ramp_to(struct ramp *ramp, boost_t boost, unsigned frames) {
    const int64_t share = UINT32_MAX / frames; /* a division of 64 bits is slow on the M0+ */
    *ramp = (struct ramp){(int64_t)ramp->to << 32, (boost - ramp->to) * share, boost};
}

static inline boost_t ramp_next(struct ramp *ramp) {
    const boost_t boost = (boost_t)(ramp->at >> 32);
    ramp->at += ramp->step;
    return boost;
}

/* With the bits that count: 16 of the loudest sample, so that a product fits a register. */
static inline energy_t energy_of(const sample_t *samples, unsigned frames, sample_t peak) {
    const unsigned bits = peak > 0 ? 32 - (unsigned)__builtin_clz((unsigned)peak) : 0;
    const unsigned shift = bits > 15 ? bits - 15 : 0;
    uint64_t sum = 0;
    for (unsigned n = 0; n < frames; n++) {
        const int32_t x = samples[n] >> shift;
        sum += (uint32_t)(x * x);
    }
    return shift >= 6 ? sum << (2 * shift - 12) : sum >> (12 - 2 * shift);
}

static inline uint64_t energy_mean(energy_t energy, unsigned frames) {
    const uint64_t share = UINT32_MAX / frames, full_scale = UINT64_C(1) << 44;
    const uint64_t mean = (energy >> 32) * share + ((energy & UINT32_MAX) * share >> 32);
    return mean < full_scale ? mean : full_scale;
}

static inline uint64_t sample_to_q40(sample_t magnitude) {
    return (uint64_t)magnitude << 12;
}

static inline sample_t sample_half_difference(sample_t a, sample_t b) {
    return (a >> 1) - (b >> 1);
}

static inline sample_t sample_magnitude(sample_t x) {
    return x == INT32_MIN ? INT32_MAX : x < 0 ? -x : x;
}

/* The last bit of what is negative does not count: so nothing is too large. */
static inline sample_t sample_louder(sample_t peak, sample_t x) {
    const sample_t magnitude = x ^ x >> 31;
    return magnitude > peak ? magnitude : peak;
}

static inline uint16_t peak_to_meter(sample_t peak) {
    return peak < 1 << 28 ? (uint16_t)round_shift((int64_t)peak * 32767, 28) : 32767;
}

static inline _Bool peak_nears_full_scale(sample_t peak) {
    return peak > 268000000; /* 0.998 */
}

static inline _Bool peak_clips(sample_t peak) {
    return peak > 268703891; /* 1.001 */
}

#endif
