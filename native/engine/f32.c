/* The filters in single precision. */
#include "arithmetic.h"

#if defined(DSPI_RP2350)

#include <string.h>

#include "design.h"

bool band_quantise(struct band *band, const struct band_design *design) {
    if (!design_is_flat(design) && !design_is_sound(design)) return false;
    *band = (struct band){(float)(2 * design->a1m1), (float)(2 * design->a2), (float)(2 * design->a3),
                          (float)design->m0,         (float)design->m1,       (float)design->m2};
    return true;
}

/* sum + a b, both rounded: one instruction of the FPU, and the same bits everywhere. */
static inline float add_product(float sum, float a, float b) {
#if defined(__ARM_FP)
    __asm__("vmla.f32 %0, %1, %2" : "+t"(sum) : "t"(a), "t"(b));
    return sum;
#else
    return sum + a * b;
#endif
}

/*
 * The state changes by 2 dv, and dv is small where a filter is slow: computing dv itself, and not the new
 * state, is what keeps a 30 Hz filter silent in 24 bits of mantissa.
 */
static inline float step(const struct band *band, struct band_state *state, float in, bool peaking) {
    const float s1 = state->s1 + state->moved1;
    const float s2 = state->s2 + state->moved2;
    const float v3 = in - s2;
    const float step1 = add_product(band->a1m1 * s1, band->a2, v3);
    const float step2 = add_product(band->a2 * s1, band->a3, v3);
    state->moved1 += step1;
    state->moved2 += step2;
    const float m1_half = 0.5f * band->m1, m2_half = 0.5f * band->m2;
    if (peaking) return add_product(add_product(in, band->m1, s1), m1_half, step1);
    const float slow = add_product(add_product(band->m0 * in, band->m1, s1), band->m2, s2);
    return add_product(add_product(slow, m1_half, step1), m2_half, step2);
}

static inline uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* 1e-20 <= |x| < 1e30, as whole numbers: no flags to fetch from the FPU, and what is no number is beyond. */
static inline bool is_sane(float x) {
    const uint32_t least = 0x1e3ce508, beyond = 0x7149f2ca;
    return (bits_of(x) & 0x7fffffff) - least < beyond - least;
}

/*
 * The state takes the movement in, all but what rounding would lose. What is too small to be heard is
 * forgotten before it becomes denormal, which is slow, and what is no number is forgotten too.
 */
static inline void settle(float *state, float *moved, float from, float by) {
    const float sum = from + by;
    *state = is_sane(sum) ? sum : 0;
    *moved = is_sane(sum) ? by - (sum - from) : 0;
}

/* By its parts, which the compiler then keeps in registers. */
static inline struct band_state copy(const struct band_state *s) {
    return (struct band_state){.s1 = s->s1, .s2 = s->s2, .moved1 = s->moved1, .moved2 = s->moved2};
}

static inline void keep(struct band_state *state, const struct band_state *now, bool settled) {
    if (!settled) {
        *state = copy(now);
        return;
    }
    settle(&state->s1, &state->moved1, now->s1, now->moved1);
    settle(&state->s2, &state->moved2, now->s2, now->moved2);
}

/* Frames to filter; whether the states settle then. */
struct piece {
    float *samples;
    unsigned frames;
    bool settled;
};

static inline __attribute__((always_inline)) void run_one(const struct band *band, struct band_state *state,
                                                          struct piece piece, bool peaking) {
    const struct band a = *band;
    struct band_state as = copy(state);
    UNROLLED
    for (unsigned n = 0; n < piece.frames; n++)
        piece.samples[n] = step(&a, &as, piece.samples[n], peaking);
    keep(state, &as, piece.settled);
}

/* One band waits for its own last result most of the time: a second one fills the gaps. */
static inline __attribute__((always_inline)) void run_two(const struct band *first, const struct band *second,
                                                          struct band_state *first_state,
                                                          struct band_state *second_state, struct piece piece,
                                                          bool peaking) {
    const struct band a = *first, b = *second;
    struct band_state as = copy(first_state), bs = copy(second_state);
    UNROLLED
    for (unsigned n = 0; n < piece.frames; n++)
        piece.samples[n] = step(&b, &bs, step(&a, &as, piece.samples[n], peaking), peaking);
    keep(first_state, &as, piece.settled);
    keep(second_state, &bs, piece.settled);
}

/* What is added for nothing need not be computed: the result is the same but for the sign of zero. */
static inline bool is_peaking(const struct band *band) {
    return bits_of(band->m0) == bits_of(1) && bits_of(band->m2) == 0;
}

/* The first band of those that are left. */
static inline unsigned take(uint32_t *mask) {
    const unsigned first = (unsigned)__builtin_ctz(*mask);
    *mask &= *mask - 1;
    return first;
}

static __attribute__((noinline)) void run(const struct band bands[], struct band_state states[],
                                          uint32_t mask, struct piece piece) {
    while (mask != 0) {
        const unsigned i = take(&mask);
        const struct band *band = &bands[i];
        struct band_state *state = &states[i];
        if (mask == 0) {
            if (is_peaking(band))
                run_one(band, state, piece, true);
            else
                run_one(band, state, piece, false);
            return;
        }
        const unsigned j = take(&mask);
        if (is_peaking(band) && is_peaking(&bands[j]))
            run_two(band, &bands[j], state, &states[j], piece, true);
        else
            run_two(band, &bands[j], state, &states[j], piece, false);
    }
}

/* Frames: of the stream, not of a packet, so that it does not matter how it is cut. */
#define SETTLED_EVERY 48

void cascade_run(const struct band bands[], struct band_state states[], uint32_t mask, sample_t *samples,
                 unsigned frames, uint32_t elapsed) {
    unsigned left = SETTLED_EVERY - elapsed % SETTLED_EVERY;
    for (; frames >= left; frames -= left, samples += left, left = SETTLED_EVERY)
        run(bands, states, mask, (struct piece){samples, left, true});
    if (frames > 0) run(bands, states, mask, (struct piece){samples, frames, false});
}

struct band_state band_take_over(const struct band *from, const struct band_state *state,
                                 const struct band *to) {
    const bool near = from->a2 < 2 * to->a2 && to->a2 < 2 * from->a2;
    return near ? *state : (struct band_state){0};
}

#endif
