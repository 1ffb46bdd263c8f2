/* The filters in single precision. */
#include "arithmetic.h"

#if defined(DSPI_RP2350)

#include "design.h"

bool band_quantise(struct band *band, const struct band_design *design) {
    if (!design_is_flat(design) && !design_is_sound(design)) return false;
    *band = (struct band){(float)(2 * design->a1m1), (float)(2 * design->a2), (float)(2 * design->a3),
                          (float)design->m0,         (float)design->m1,       (float)design->m2};
    return true;
}

/*
 * The state changes by 2 dv, and dv is small where a filter is slow: computing dv itself, and not the new
 * state, is what keeps a 30 Hz filter silent in 24 bits of mantissa.
 */
static inline float step(const struct band *band, struct band_state *state, float in) {
    const float s1 = state->s1 + state->moved1;
    const float s2 = state->s2 + state->moved2;
    const float v3 = in - s2;
    const float step1 = band->a1m1 * s1 + band->a2 * v3;
    const float step2 = band->a2 * s1 + band->a3 * v3;
    state->moved1 += step1;
    state->moved2 += step2;
    return band->m0 * in + (band->m1 * (s1 + 0.5f * step1) + band->m2 * (s2 + 0.5f * step2));
}

/*
 * At a packet's end: the state takes the movement in, all but what rounding would lose. What is too small to
 * be heard is forgotten before it becomes denormal, which is slow, and what is no number is forgotten too.
 */
static void settle_one(float *state, float *moved) {
    const float sum = *state + *moved;
    const float magnitude = __builtin_fabsf(sum);
    const _Bool sane = magnitude > 1e-20f && magnitude < 1e30f;
    *moved = sane ? *moved - (sum - *state) : 0;
    *state = sane ? sum : 0;
}

static void settle(struct band_state *state) {
    settle_one(&state->s1, &state->moved1);
    settle_one(&state->s2, &state->moved2);
}

static void run_one(const struct band *band, struct band_state *state, float *samples, unsigned frames) {
    const struct band a = *band;
    struct band_state as = *state;
    for (unsigned n = 0; n < frames; n++)
        samples[n] = step(&a, &as, samples[n]);
    settle(&as);
    *state = as;
}

/* One band waits for its own last result most of the time: a second one fills the gaps. */
static void run_two(const struct band *first, struct band_state *first_state, const struct band *second,
                    struct band_state *second_state, float *samples, unsigned frames) {
    const struct band a = *first, b = *second;
    struct band_state as = *first_state, bs = *second_state;
    for (unsigned n = 0; n < frames; n++)
        samples[n] = step(&b, &bs, step(&a, &as, samples[n]));
    settle(&as);
    settle(&bs);
    *first_state = as;
    *second_state = bs;
}

void cascade_run(const struct band bands[], struct band_state states[], uint32_t mask, sample_t *samples,
                 unsigned frames) {
    int waiting = -1;
    for (int i = 0; mask >> i; i++) {
        if (!(mask >> i & 1)) continue;
        if (waiting < 0) {
            waiting = i;
            continue;
        }
        run_two(&bands[waiting], &states[waiting], &bands[i], &states[i], samples, frames);
        waiting = -1;
    }
    if (waiting >= 0) run_one(&bands[waiting], &states[waiting], samples, frames);
}

struct band_state band_take_over(const struct band *from, const struct band_state *state,
                                 const struct band *to) {
    const bool near = from->a2 < 2 * to->a2 && to->a2 < 2 * from->a2;
    return near ? *state : (struct band_state){0};
}

#endif
