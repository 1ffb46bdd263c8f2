/*
 * Fixed point for the RP2040: a sample is an int32_t with 28 bits behind the point, so 18 dB of headroom.
 * Sums are made in 64 bits, rounded once and saturated where they are stored.
 */
#ifndef DSPI_Q28_H
#define DSPI_Q28_H

#include <stdint.h>

typedef int32_t sample_t; /* Q28 */
typedef int32_t gain_t;   /* Q26 */
typedef int32_t weight_t; /* Q30 */

#define WEIGHT_ONE (INT32_C(1) << 30)

/*
 * a1m1, a2, a3 share one exponent and m0, m1, m2 another: value = significand / 2^shift. The filter sees its
 * input divided by 2^input_shift, and m1, m2 are as many times larger: a narrow filter's state reaches many
 * times its input and would saturate long before the output does.
 */
struct band {
    int32_t a1m1, a2, a3, m0, m1, m2;
    uint8_t a_shift, m_shift, input_shift, reserved;
};

struct band_state {
    int32_t s1, s2;        /* Q28, divided by 2^input_shift like the input */
    uint32_t rest1, rest2; /* what their changes still lack, in 2^-32 of the states' last bit */
};

static inline int32_t saturate(int64_t x) {
    return x > INT32_MAX ? INT32_MAX : x < INT32_MIN ? INT32_MIN : (int32_t)x;
}

/* x / 2^shift, to nearest. */
static inline int64_t round_shift(int64_t x, unsigned shift) {
    return shift ? (x + (INT64_C(1) << (shift - 1))) >> shift : x;
}

static inline sample_t sample_from_16(int32_t x) {
    return x * (1 << 13);
}
static inline sample_t sample_from_24(int32_t x) {
    return x * (1 << 5);
}

static inline int32_t sample_to_24(sample_t x) {
    const int64_t rounded = round_shift(x, 5);
    return rounded > 0x7fffff ? 0x7fffff : rounded < -0x800000 ? -0x800000 : (int32_t)rounded;
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
    return (int32_t)(from + round_shift(((int64_t)to - from) * weight, 30));
}

/* 3u^2 - 2u^3: leaves and arrives with no slope. */
static inline weight_t weight_at(uint32_t position, uint32_t length) {
    if (position >= length) return WEIGHT_ONE;
    const int64_t u = position * ((UINT32_C(1) << 30) / length);
    return (int32_t)((((u * u) >> 30) * ((INT64_C(3) << 30) - 2 * u)) >> 30);
}

static inline sample_t sample_between(sample_t from, sample_t to, weight_t weight) {
    return saturate(from + round_shift(((int64_t)to - from) * weight, 30));
}

static inline sample_t sample_scale(sample_t x, gain_t gain) {
    return saturate(round_shift((int64_t)x * gain, 26));
}

static inline sample_t sample_mix(sample_t x0, gain_t gain0, sample_t x1, gain_t gain1) {
    return saturate(round_shift((int64_t)x0 * gain0 + (int64_t)x1 * gain1, 26));
}

static inline sample_t sample_magnitude(sample_t x) {
    return x == INT32_MIN ? INT32_MAX : x < 0 ? -x : x;
}

static inline uint16_t peak_to_meter(sample_t peak) {
    return peak < 1 << 28 ? (uint16_t)round_shift((int64_t)peak * 32767, 28) : 32767;
}

static inline _Bool peak_clips(sample_t peak) {
    return peak > 268703891; /* 1.001 */
}

#endif
