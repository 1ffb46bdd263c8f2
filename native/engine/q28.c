/* The filters in fixed point. */
#include "arithmetic.h"

#if defined(DSPI_RP2040)

#include "design.h"

static double magnitude(double x) {
    return x < 0 ? -x : x;
}
static double larger(double a, double b) {
    return a > b ? a : b;
}

/* The shift that makes significands of at most 30 bits: three products with any int32_t then fit in 64. */
static unsigned shift_for(double largest) {
    unsigned shift = 30;
    for (; largest >= 1; largest /= 2)
        shift--;
    for (; largest < 0.5; largest *= 2)
        shift++;
    return shift;
}

static int32_t to_significand(double x, unsigned shift) {
    const double scaled = x * (double)(INT64_C(1) << shift);
    return (int32_t)(scaled + (scaled < 0 ? -0.5 : 0.5));
}

/*
 * Driven at its resonance, the state reaches sqrt(1 + g^2)/k times the input: 1/k for the filter, the root
 * for the state's being ahead of what it outputs. Scaled to at most 4, that leaves 6 dB of the headroom.
 */
static unsigned input_shift_for(const struct band_design *design) {
    const double g = design->a3 / design->a2;
    const double k = -design->a1m1 / design->a2 - g;
    double square = (1 + g * g) / (k < 1 ? k * k : 1);
    unsigned shift = 0;
    for (; square > 16 && shift < 8; square /= 4)
        shift++;
    return shift;
}

bool band_quantise(struct band *band, const struct band_design *design) {
    if (design_is_flat(design)) {
        *band = (struct band){.m0 = 1 << 30, .a_shift = 30, .m_shift = 30};
        return true;
    }
    if (!design_is_sound(design)) return false;
    const unsigned input_shift = input_shift_for(design);
    const double m1 = design->m1 * (1 << input_shift), m2 = design->m2 * (1 << input_shift);
    const unsigned a = shift_for(larger(magnitude(design->a1m1), larger(design->a2, design->a3)));
    const unsigned m =
        shift_for(larger(magnitude(design->m0), larger(magnitude(m1), larger(magnitude(m2), 0x1p-10))));
    *band = (struct band){.a1m1 = to_significand(design->a1m1, a),
                          .a2 = to_significand(design->a2, a),
                          .a3 = to_significand(design->a3, a),
                          .m0 = to_significand(design->m0, m),
                          .m1 = to_significand(m1, m),
                          .m2 = to_significand(m2, m),
                          .a_shift = (uint8_t)a,
                          .m_shift = (uint8_t)m,
                          .input_shift = (uint8_t)input_shift};
    return true;
}

/*
 * A state's change dv, from products of a_shift more fractional bits. What does not fit is not rounded off
 * but kept for the next sample: rounded, a slow filter would stop short of where it goes, by up to 60 dB
 * below full scale.
 */
static inline int64_t change(int64_t products, unsigned a_shift, uint32_t *rest) {
    const unsigned dropped = a_shift > 32 ? a_shift - 32 : 0;
    const int64_t sum = products + ((int64_t)*rest << dropped);
    *rest = (uint32_t)((sum & ((INT64_C(1) << a_shift) - 1)) >> dropped);
    return sum >> a_shift;
}

static inline int32_t step(const struct band *band, struct band_state *state, int32_t in) {
    const int32_t s1 = state->s1, s2 = state->s2;
    const int32_t v3 = saturate(round_shift(in, band->input_shift) - s2);
    const int64_t dv1 =
        change((int64_t)band->a1m1 * s1 + (int64_t)band->a2 * v3, band->a_shift, &state->rest1);
    const int64_t dv2 = change((int64_t)band->a2 * s1 + (int64_t)band->a3 * v3, band->a_shift, &state->rest2);
    const int32_t v1 = saturate(s1 + dv1);
    const int32_t v2 = saturate(s2 + dv2);
    state->s1 = saturate(s1 + 2 * dv1);
    state->s2 = saturate(s2 + 2 * dv2);
    return saturate(
        round_shift((int64_t)band->m0 * in + (int64_t)band->m1 * v1 + (int64_t)band->m2 * v2, band->m_shift));
}

void cascade_run(const struct band bands[], struct band_state states[], uint32_t mask, sample_t *samples,
                 unsigned frames) {
    for (unsigned i = 0; mask >> i; i++) {
        if (!(mask >> i & 1)) continue;
        const struct band band = bands[i];
        struct band_state state = states[i];
        for (unsigned n = 0; n < frames; n++)
            samples[n] = step(&band, &state, samples[n]);
        states[i] = state;
    }
}

static bool near(const struct band *from, const struct band *to) {
    const int64_t a = (int64_t)from->a2 << (to->a_shift > from->a_shift ? to->a_shift - from->a_shift : 0);
    const int64_t b = (int64_t)to->a2 << (from->a_shift > to->a_shift ? from->a_shift - to->a_shift : 0);
    return a < 2 * b && b < 2 * a;
}

static int32_t rescale(int32_t state, int shift) {
    return shift < 0 ? saturate((int64_t)state * (1 << -shift))
                     : (int32_t)round_shift(state, (unsigned)shift);
}

struct band_state band_take_over(const struct band *from, const struct band_state *state,
                                 const struct band *to) {
    if (!near(from, to)) return (struct band_state){0};
    const int shift = to->input_shift - from->input_shift;
    return (struct band_state){.s1 = rescale(state->s1, shift), .s2 = rescale(state->s2, shift)};
}

#endif
