/* Coefficients of the loop for shelves, low and high passes. */
#include "arithmetic.h"

#if defined(DSPI_RP2040)

#include "q28_design.h"

#define SHIFT_MAX  12   /* of a change */
#define WEIGHT_MAX 16   /* with more, and at resonances, what is rounded would rise above -144 dB */
#define G_MIN      1024 /* with less, what is rounded of the second state's change would be heard */
#define ROOM       (65536. / 65534) /* to be rounded up */

#define NOTHING 1e-9 /* a weight that is none but for the rounding of doubles */

/* A weight as held; adds to `lost` what that costs, in parts of the least that is heard where it counts. */
static uint16_t weight_of(double weight, double by_error, double *lost) {
    const int32_t held = weight < 65535 ? nearest(weight) : 65535;
    *lost += magnitude(held - weight) * by_error;
    return (uint16_t)held;
}

/* The least of a part that is heard and what is heard at the filter's frequency; 1 for a part of none. */
static double least(double part, double centre) {
    return part > NOTHING ? smaller(part, centre) : 1;
}

/* With a damping of 2^-band->damping; false when rounding costs more than ERROR_LIMIT. */
static bool set_common(struct band *band, const struct prototype *p, const struct damped *d) {
    const double damping = power_of_two(-band->damping), exact_g = damping * d->share;
    const int fullest = -exponent_of(larger(power_of_two(band->damping) * d->square, exact_g) * ROOM);
    const int shift = fullest < SHIFT_MAX ? fullest : SHIFT_MAX;
    if (shift < 0) return false;
    band->a_shift = band->g_shift = (uint8_t)(16 + shift);
    const double scale = power_of_two(16 + shift), one = power_of_two(-16 - shift);
    band->g = (uint16_t)nearest(exact_g * scale);
    if (band->g < G_MIN) return false;
    const double square = d->w * d->w, g = band->g * one;
    const double a2 = square / (g + damping * square) * scale;
    if (a2 > 65535) return false;
    band->a2 = (uint16_t)nearest(a2);
    const double detuned = magnitude(band->a2 - a2) / a2 * d->slowness;
    const double widened = magnitude(g - exact_g) / exact_g * (d->w + d->k);
    double lost = detuned / smaller(d->k, 1) + widened / d->k;
    const double in_scale = power_of_two(band->input_shift);
    const double high = p->high * (1 - band->a2 * one * damping) * in_scale;
    const double middle = p->band * (damping - g) / d->k * in_scale, low = p->low * in_scale;
    const double most = larger(larger(high, middle) * ROOM, low * (65535. / 65536));
    if (most >= WEIGHT_MAX * smaller(d->k, 1)) return false;
    const int m_shift = exponent_of(most);
    band->m_shift = (uint8_t)(m_shift > 0 ? m_shift : 0);
    const double m_scale = power_of_two(16 - band->m_shift);
    const double by_weight = power_of_two(band->m_shift - 16 - band->input_shift);
    const double centre = larger(p->band, magnitude(p->low - p->high));
    band->m0 = (int16_t)weight_of(high * m_scale, by_weight * d->slowness / least(p->high, centre), &lost);
    band->m1 =
        (int16_t)weight_of(middle * m_scale, by_weight / (damping - g) / least(p->band, centre), &lost);
    band->m2 = (int16_t)weight_of(low * m_scale, by_weight / least(p->low, centre), &lost);
    band->scale = scale_of_state(d, damping);
    return lost * DECIBELS <= ERROR_LIMIT;
}

/* The first power of two that serves. */
bool quantise_common(struct band *found, const struct prototype *p, const struct damped *d) {
    if (smaller(p->high, smaller(p->band, p->low)) < -NOTHING) return false;
    struct band band = {.loop = LOOP_COMMON, .input_shift = (uint8_t)d->input_shift};
    double damping = 1;
    for (; damping >= d->fullest; band.damping++, damping /= 2) {
        if (damping > 4 * d->fullest || !set_common(&band, p, d)) continue;
        *found = band;
        return true;
    }
    return false;
}

#endif
