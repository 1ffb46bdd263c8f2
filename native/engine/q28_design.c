/* How a design becomes the coefficients of fixed point: which loop runs it. */
#include "arithmetic.h"

#if defined(DSPI_RP2040)

#include "design.h"
#include "q28_design.h"

#define INPUT_SHIFT_MAX 12 /* with more, nothing would be left of the input */

static struct prototype prototype_of(const struct band_design *design) {
    const double w = design->a3 / design->a2;
    const double k = -design->a1m1 / design->a2 - w;
    return (struct prototype){w, k, design->m0, design->m1 + k * design->m0, design->m2 + design->m0};
}

/*
 * An input of full range, in the worst of orders, drives e, s2 and s1 to the sums of their impulse responses:
 * at most to reach, reach and first, of v1 in its natural scale. Scaled to 0.8, that leaves room for what a
 * state brings along from another filter.
 */
static struct damped damped_of(const struct prototype *p) {
    const double w = p->w, k = p->k, both = w + k, part = 1.3 / k;
    const double slowness = 1 + w * both;
    const double reach = slowness * larger(1, part + 1.6 / ((1 + w) * (1 + w)) + 0.1);
    const double ahead = w < 1 ? 1 + w * w / 2 : 0.5 + w;
    const double first = larger(w, (part + 0.25) * ahead);
    const int input_shift = exponent_of(reach * 1.25);
    return (struct damped){.w = w,
                           .k = k,
                           .slowness = slowness,
                           .share = w / both,
                           .square = w * both / slowness,
                           .fullest = both * first * 1.25 * power_of_two(-input_shift),
                           .input_shift = input_shift};
}

static bool quantise(struct band *band, const struct prototype *p, bool peaking) {
    const struct damped damped = damped_of(p);
    const bool fits = damped.input_shift <= INPUT_SHIFT_MAX;
    return (fits && peaking && quantise_peaking(band, p, &damped)) ||
           (fits && quantise_common(band, p, &damped)) || quantise_wide(band, p);
}

/* The cheapest loop that serves. */
bool band_quantise(struct band *band, const struct band_design *design) {
    struct band found = {0};
    if (!design_is_flat(design)) {
        if (!design_is_sound(design)) return false;
        const struct prototype p = prototype_of(design);
        if (!quantise(&found, &p, design->m0 == 1 && design->m2 == 0)) return false;
    }
    *band = found;
    return true;
}

#endif
