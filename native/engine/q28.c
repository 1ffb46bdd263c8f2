/*
 * The filters in fixed point, sample by sample:
 *
 *   e = in - s2 - damping s1;  dv1 = a2 e;    v1 = s1 + dv1;  s1 = v1 + dv1
 *                              dv2 = g v1;    v2 = s2 + dv2;  s2 = v2 + dv2
 *   out = m0 e + m1 v1 + m2 v2
 *
 * and when peaking out = in + m1 v1: v2 is not needed. e, v1 and v2 are a high pass, a band pass and a low
 * pass, so that no weight makes up for another that was rounded. The scale of s1 is free, so the damping can
 * be a power of two, or else among all dampings there is one with which a2 and g come out right even for the
 * narrowest of peaks. What these loops cannot hold runs in the wide one:
 *
 *   v3 = in - s2;  dv1 = a1 s1 + a2 v3;  v1, v2, s1 and s2 as above
 *   out = m0 in + m1 v1 + m2 v2
 *
 * What a change has below a state's last bit is not rounded off where a filter is slow but kept for the next
 * sample: rounded, the filter would stop short of where it goes, by up to 60 dB below full scale.
 *
 * In the fast loops states stay within 32 bits whatever the input is (damped_of() in q28_design.c), and only
 * what leaves the filter saturates. The M0+ runs q28_m0plus.S, which gives the same bits.
 */
#include "arithmetic.h"

#if defined(DSPI_RP2040)

int32_t q28_multiply(int32_t x, int32_t y, unsigned shift) {
    return multiply(x, y, shift);
}

#if defined(__ARM_ARCH_6M__)

/* Runs the bands of `mask`, over the samples before `end`. */
void q28_cascade(const struct band bands[], struct band_state states[], uint32_t mask, sample_t *samples,
                 const sample_t *end);
__asm__(".include \"q28_m0plus.S\"");

#else

/* Of the words, not of the numbers: nothing here overflows but by states that no filter has. */
static inline int32_t add(int32_t a, int32_t b) {
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

/* A significand times a sample, in 2^-16. */
static inline int32_t product(int32_t c, int32_t x) {
    return (int32_t)round_shift((int64_t)c * x, 16);
}

static inline int32_t change(int32_t sum, unsigned shift, uint16_t *rest) {
    const int32_t total = add(sum, *rest);
    *rest = (uint16_t)((uint32_t)total & ((1u << shift) - 1));
    return total >> shift;
}

/* What drives the first state of a filter with a damping. */
static int32_t drive(const struct band *b, const struct band_state *state, int32_t in) {
    const bool fine = b->loop >= LOOP_FINE && b->loop < LOOP_COMMON;
    const int32_t damped = fine ? product(b->damping, state->s1) : state->s1 >> b->damping;
    return add(add(in >> b->input_shift, -(uint32_t)state->s2), -(uint32_t)damped);
}

static int32_t peaking_step(const struct band *b, struct band_state *state, int32_t in) {
    const unsigned shift = b->a_shift - 16u;
    const int32_t sum = product(b->a2, drive(b, state, in));
    const int32_t dv1 = shift == 0 ? sum : change(sum, shift, &state->rest1);
    const int32_t v1 = add(state->s1, dv1);
    const int32_t sum2 = product(b->g, v1); /* g is doubled */
    const int32_t step2 = shift == 0 ? add(sum2, sum2) : change(sum2, shift - 1, &state->rest2);
    state->s1 = add(v1, dv1);
    state->s2 = add(state->s2, step2);
    return saturate((int64_t)in + saturate((int64_t)product(b->m1, v1) * (1 << b->m_shift)));
}

static int32_t common_step(const struct band *b, struct band_state *state, int32_t in) {
    const unsigned shift = b->a_shift - 16u;
    const int32_t e = drive(b, state, in);
    const int32_t dv1 = change(product(b->a2, e), shift, &state->rest1);
    const int32_t v1 = add(state->s1, dv1);
    const int32_t dv2 = change(product(b->g, v1), shift, &state->rest2);
    const int32_t v2 = add(state->s2, dv2);
    state->s1 = add(v1, dv1);
    state->s2 = add(v2, dv2);
    const int32_t mix =
        add(add(product((uint16_t)b->m0, e), product((uint16_t)b->m1, v1)), product((uint16_t)b->m2, v2));
    return saturate((int64_t)mix * (1 << b->m_shift));
}

/* A sum of weighted samples: products of their upper and lower halves, and of the upper with the fine weight.
 */
struct mix {
    int32_t high, low, fine;
};

static inline void weigh(struct mix *mix, int32_t x, int32_t weight, int32_t fine) {
    mix->high = add(mix->high, weight * (x >> 16));
    mix->low = add(mix->low, (weight * (x & 0xffff)) >> 2);
    mix->fine = add(mix->fine, fine * (x >> 16));
}

static int32_t wide_step(const struct band *b, struct band_state *state, int32_t in) {
    const int32_t s1 = state->s1, s2 = state->s2;
    const int32_t fine = (int32_t)round_shift(b->a1_fine * (s1 >> 16), 15);
    const int32_t v3 = sample_difference(in >> b->input_shift, s2);
    const int32_t sum = (int32_t)round_shift((int64_t)b->a1 * s1 + (int64_t)b->a2 * v3, 16);
    const int32_t half = change(add(sum, fine), b->a_shift - 15u, &state->rest1);
    const int32_t v1 = sample_sum(sample_sum(s1, half), half);
    const int32_t dv2 = change(product(b->g, v1), b->g_shift - 16u, &state->rest2);
    const int32_t v2 = sample_sum(s2, dv2);
    const int32_t mirror = b->mirrored ? -1 : 0;
    state->s1 = sample_sum(sample_sum(v1, half), half) ^ mirror;
    state->s2 = sample_sum(v2, dv2) ^ mirror;
    struct mix mix = {0};
    weigh(&mix, v1, b->m1, b->m1_fine);
    weigh(&mix, v2, b->m2, b->m2_fine);
    weigh(&mix, in, b->m0, b->m0_fine);
    const int32_t high = add(mix.high, (int32_t)round_shift(mix.fine, 15));
    return sample_sum(saturate((int64_t)high * (1 << b->m_shift)),
                      (int32_t)round_shift(mix.low, 14u - b->m_shift));
}

static void run_band(const struct band *b, struct band_state *state, sample_t *samples, const sample_t *end) {
    for (; samples < end; samples++)
        *samples = b->loop == LOOP_WIDE     ? wide_step(b, state, *samples)
                   : b->loop == LOOP_COMMON ? common_step(b, state, *samples)
                                            : peaking_step(b, state, *samples);
}

static void q28_cascade(const struct band bands[], struct band_state states[], uint32_t mask,
                        sample_t *samples, const sample_t *end) {
    for (unsigned i = 0; mask >> i; i++)
        if (mask >> i & 1) run_band(&bands[i], &states[i], samples, end);
}

#endif

void cascade_run(const struct band bands[], struct band_state states[], uint32_t mask, sample_t *samples,
                 unsigned frames, uint32_t elapsed) {
    (void)elapsed;
    if (frames > 0 && mask) q28_cascade(bands, states, mask, samples, samples + frames);
}

static uint32_t scale_of(const struct band *band) {
    return band->loop < LOOP_WIDE ? band->scale : 1u << BAND_SCALE_BITS;
}

/* Whether one goes about as fast as the other. */
static bool near(const struct band *from, const struct band *to) {
    if (from->mirrored != to->mirrored) return false;
    const int steps = to->a_shift - from->a_shift;
    const uint64_t a = (uint64_t)(from->a2 * scale_of(to)) << (steps > 0 ? steps : 0);
    const uint64_t b = (uint64_t)(to->a2 * scale_of(from)) << (steps < 0 ? -steps : 0);
    return a < 2 * b && b < 2 * a;
}

/* For another input_shift. What would not fit beside the input is too loud to be missed. */
static bool rescale(int32_t *state, int shift) {
    const int32_t limit = INT32_MAX / 8;
    if (shift < 0 && *state >> (31 + shift) != *state >> 31) return false;
    *state = shift < 0 ? *state * (1 << -shift) : (int32_t)round_shift(*state, (unsigned)shift);
    return *state < limit && *state > -limit;
}

struct band_state band_take_over(const struct band *from, const struct band_state *state,
                                 const struct band *to) {
    const int shift = to->input_shift - from->input_shift;
    const uint32_t scale = (scale_of(to) << 16) / scale_of(from);
    if (!near(from, to) || scale >= 8 << 16) return (struct band_state){0};
    struct band_state taken = {.s1 = multiply(state->s1, (int32_t)(scale << 4), 20), .s2 = state->s2};
    const bool fits = rescale(&taken.s1, shift) && rescale(&taken.s2, shift);
    return fits ? taken : (struct band_state){0};
}

#endif
