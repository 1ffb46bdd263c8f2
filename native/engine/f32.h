/* Single precision, for the RP2350's floating-point unit. */
#ifndef DSPI_F32_H
#define DSPI_F32_H

#include <stdint.h>

typedef float sample_t;
typedef float gain_t;
typedef float weight_t;

#define WEIGHT_ONE 1.0f

/* The design with a1m1, a2, a3 doubled: they then give the step of a state, 2 dv, at once. */
struct band {
    float a1m1, a2, a3, m0, m1, m2;
};

/*
 * A state is the sum of two: where it stood at the packet's start and how far it has moved since. The second
 * is small, so adding to it loses little: a filter at 30 Hz is 14 dB more silent for two additions.
 */
struct band_state {
    float s1, s2, moved1, moved2;
};

static inline sample_t sample_from_16(int32_t x) {
    return (float)x * 0x1p-15f;
}
static inline sample_t sample_from_24(int32_t x) {
    return (float)x * 0x1p-23f;
}

/* Rounded to nearest; a value that is no number becomes a number. */
static inline int32_t sample_to_24(sample_t x) {
    const float scaled = x * 0x1p23f;
    if (!(scaled < 0x7fffffp0f)) return 0x7fffff;
    if (scaled < -0x1p23f) return -0x800000;
    return (int32_t)(scaled + (scaled < 0 ? -0.5f : 0.5f));
}

static inline gain_t gain_from_double(double gain) {
    return (float)gain;
}

static inline gain_t gain_from_q31(uint32_t gain) {
    return (float)gain * 0x1p-31f;
}
static inline gain_t gain_product(gain_t a, gain_t b) {
    return a * b;
}

static inline gain_t gain_between(gain_t from, gain_t to, weight_t weight) {
    return from + weight * (to - from);
}

/* 3u^2 - 2u^3: leaves and arrives with no slope. */
static inline weight_t weight_at(uint32_t position, uint32_t length) {
    if (position >= length) return WEIGHT_ONE;
    const float u = (float)position / (float)length;
    return u * u * (3 - 2 * u);
}

static inline sample_t sample_between(sample_t from, sample_t to, weight_t weight) {
    return from + weight * (to - from);
}

static inline sample_t sample_scale(sample_t x, gain_t gain) {
    return x * gain;
}

/* Within 2^20: ten bands at their worst resonance on top of it still stay far below infinity. */
static inline sample_t sample_mix(sample_t x0, gain_t gain0, sample_t x1, gain_t gain1) {
    const float limit = 0x1p20f;
    const float sum = x0 * gain0 + x1 * gain1;
    const float below = sum < limit ? sum : limit;
    return below > -limit ? below : -limit;
}

static inline sample_t sample_magnitude(sample_t x) {
    return __builtin_fabsf(x);
}

static inline uint16_t peak_to_meter(sample_t peak) {
    return peak < 1.0f ? (uint16_t)(peak * 32767 + 0.5f) : 32767;
}

static inline _Bool peak_clips(sample_t peak) {
    return peak > 1.001f;
}

#endif
