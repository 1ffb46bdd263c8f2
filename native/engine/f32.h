/* Single precision, for the RP2350's floating-point unit. */
#ifndef DSPI_F32_H
#define DSPI_F32_H

#include <stdint.h>
#include <string.h>
#if defined(__ARM_FEATURE_SAT)
#include <arm_acle.h>
#endif

typedef float sample_t;
typedef float gain_t;
typedef float weight_t;
typedef float boost_t;
typedef float energy_t;

#define WEIGHT_ONE 1.0f
#define UNROLLED   _Pragma("GCC unroll 4")

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

/* To nearest, halves away from zero, and saturated; of what is no number, 0. */
static inline int32_t to_nearest(float x) {
#if defined(__ARM_FP)
    int32_t nearest;
    __asm__("vcvta.s32.f32 %0, %1" : "=t"(nearest) : "t"(x));
    return nearest;
#else
    if (!(x < 0x1p31f)) return x == x ? INT32_MAX : 0;
    if (x < -0x1p31f) return INT32_MIN;
    const int32_t whole = (int32_t)x;
    const float rest = x - (float)whole;
    return whole + (rest >= 0.5f) - (rest <= -0.5f);
#endif
}

#if defined(__ARM_FEATURE_SAT)
#define SATURATE(x, bits) __ssat(x, bits)
#else
#define SATURATE(x, bits) saturate(x, INT32_C(1) << (bits - 1))
static inline int32_t saturate(int32_t x, int32_t limit) {
    return x >= limit ? limit - 1 : x < -limit ? -limit : x;
}
#endif

static inline int32_t sample_to_24(sample_t x) {
    return SATURATE(to_nearest(x * 0x1p23f), 24);
}
static inline int32_t sample_to_28(sample_t x) {
    return SATURATE(to_nearest(x * 0x1p27f), 28);
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

/* The larger and the lesser, of which one may be no number: then it is the other. One instruction of the FPU.
 */
static inline float larger(float a, float b) {
#if defined(__ARM_FP)
    return __builtin_fmaxf(a, b);
#else
    return a > b || b != b ? a : b;
#endif
}
static inline float lesser(float a, float b) {
#if defined(__ARM_FP)
    return __builtin_fminf(a, b);
#else
    return a < b || b != b ? a : b;
#endif
}

/* Within 2^20: ten bands at their worst resonance on top of it still stay far below infinity. */
static inline sample_t sample_mix(sample_t x0, gain_t gain0, sample_t x1, gain_t gain1) {
    const float limit = 0x1p20f;
    return larger(lesser(x0 * gain0 + x1 * gain1, limit), -limit);
}

/* Of one alone. */
static inline sample_t sample_route(sample_t x, gain_t gain) {
    const float limit = 0x1p20f;
    return larger(lesser(x * gain, limit), -limit);
}

static inline boost_t boost_from_q24(int32_t boost) {
    return (float)boost * 0x1p-24f;
}

static inline sample_t sample_boost(sample_t x, boost_t boost) {
    return x * boost;
}

/* Each step is reckoned from the first: adding them up would go too far by many roundings. */
struct ramp {
    boost_t from, to, step, steps;
};

static inline void ramp_hold(struct ramp *ramp, boost_t boost) {
    *ramp = (struct ramp){boost, boost, 0, 0};
}

static inline void ramp_to(struct ramp *ramp, boost_t boost, unsigned frames) {
    *ramp = (struct ramp){ramp->to, boost, (boost - ramp->to) / (float)frames, 0};
}

static inline boost_t ramp_next(struct ramp *ramp) {
    return ramp->from + ramp->step * ramp->steps++;
}

static inline energy_t energy_of(const sample_t *samples, unsigned frames, sample_t peak) {
    (void)peak;
    float sum = 0;
    UNROLLED
    for (unsigned n = 0; n < frames; n++)
        sum += samples[n] * samples[n];
    return sum;
}

/* x, 0 ... 2^63, rounded down: the library would do it by doubles, in hundreds of instructions. */
static inline uint64_t to_whole(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    const uint64_t significand = (bits & 0x7fffff) | 0x800000;
    const int exponent = (int)(bits >> 23) - 150;
    return exponent >= 0 ? significand << exponent : exponent > -24 ? significand >> -exponent : 0;
}

static inline uint64_t energy_mean(energy_t energy, unsigned frames) {
    const float mean = energy / (float)frames;
    return mean < 1 ? to_whole(mean * 0x1p44f) : UINT64_C(1) << 44;
}

static inline uint64_t sample_to_q40(sample_t magnitude) {
    return magnitude < 0x1p22f ? to_whole(magnitude * 0x1p40f) : UINT64_C(1) << 62;
}

static inline sample_t sample_sum(sample_t a, sample_t b) {
    return a + b;
}

static inline sample_t sample_difference(sample_t a, sample_t b) {
    return a - b;
}

static inline sample_t sample_half_difference(sample_t a, sample_t b) {
    return 0.5f * (a - b);
}

static inline sample_t sample_magnitude(sample_t x) {
    return __builtin_fabsf(x);
}

static inline sample_t sample_louder(sample_t peak, sample_t x) {
    return larger(peak, sample_magnitude(x));
}

static inline uint16_t peak_to_meter(sample_t peak) {
    return peak < 1.0f ? (uint16_t)(peak * 32767 + 0.5f) : 32767;
}

static inline _Bool peak_clips(sample_t peak) {
    return peak > 1.001f;
}

#endif
