/* Coefficients of the loop for all filters that the others cannot hold precisely enough. */
#include "arithmetic.h"

#if defined(DSPI_RP2040)

#include "q28_design.h"

#define NEIGHBOURS 128 /* of a2 that are tried, to each side */

/*
 * Above a quarter of the sample rate w exceeds 1 and coefficients no longer fit. There the filter runs in the
 * mirror: z becomes -z, w becomes 1/w, and its high pass is the low pass.
 */
static struct prototype mirrored(const struct prototype *p) {
    return (struct prototype){1 / p->w, p->k, p->low, p->band, p->high};
}

/* The largest exponent, at most `most`, with which `x` stays below `limit`. */
static int exponent_for(double x, double limit, int most) {
    int exponent = 0;
    for (; exponent > -16 && x >= limit; exponent--)
        x /= 2;
    for (; exponent < most && x * 2 < limit; exponent++)
        x *= 2;
    return exponent;
}

/*
 * This loop saturates. Driven at its resonance, the state reaches sqrt(1 + w^2)/k times the input. Scaled to
 * 4 at most, that leaves 6 dB, unless the output reaches as far and saturates first.
 */
static uint8_t likely_shift(const struct prototype *p) {
    const double gain = p->band * p->band + (p->low - p->high) * (p->low - p->high);
    const double resonance = p->k < 1 ? 1 / (p->k * p->k) : 1;
    const double limit = larger(16, gain * resonance);
    double reach = (1 + p->w * p->w) * resonance;
    uint8_t shift = 0;
    for (; reach > limit && shift < 8; shift++)
        reach /= 4;
    return shift;
}

/* The shift of a change with which coefficients fill their significands, with some room for a2 and g. */
static int change_shift(const struct prototype *p, double square) {
    const double largest = larger(square / (1 + square), p->w / (1 + square) * 1.07);
    const int shift = exponent_for(larger(largest, p->w * 0.535), 0.49, 12);
    return shift < -1 ? -1 : shift;
}

/* Of all weights together, in powers of two. */
static int mix_shift(const struct prototype *p, double in_scale) {
    const double states = magnitude(p->band - p->k * p->high) * 1.1 + magnitude(p->low - p->high);
    return 1 - exponent_for((magnitude(p->high) + states * in_scale) / 1.98, 0.5, 0);
}

/* By Heron's method, as precise as the search needs it: of what is near 1. */
static double root_near_1(double x) {
    const double y = (1 + x) / 2;
    return (y + x / y) / 2;
}

/* Of the neighbours of a2 the one whose product with a whole g is the nearest to `product`. */
static uint32_t best_a2(double middle, double product) {
    const uint32_t wanted = (uint32_t)(product + 0.5), first = (uint32_t)nearest(middle);
    const uint32_t reach = (uint32_t)smaller(middle / 16 + 1, NEIGHBOURS);
    uint32_t best = first, least = UINT32_MAX;
    for (uint32_t i = 0; i <= 2 * reach && least > wanted >> 22; i++) {
        const uint32_t a2 = i & 1 ? first + (i + 1) / 2 : first - i / 2;
        if (a2 < 1 || a2 > 32000) continue;
        const uint32_t g = wanted / a2, below = wanted - g * a2, above = a2 - below;
        const uint32_t off = below < above && g > 0 ? below : above;
        if (off >= least || g >= 65535) continue;
        least = off;
        best = a2;
    }
    return best;
}

/* A weight in 2^-15 of a significand's last bits. */
static void set_weight(int16_t *weight, int16_t *fine, double m) {
    *weight = (int16_t)nearest(m);
    *fine = (int16_t)nearest((m - *weight) * 0x1p15);
}

/*
 * With coefficients as held,
 *
 *   v1 = a2 w / ((1 + a1) w^2 - (a1 + a2 g) w + a2 g)
 *
 * so a2 is free, as long as g and the weights make up for it.
 */
bool quantise_wide(struct band *found, const struct prototype *exact) {
    const struct prototype p = exact->w <= 1 ? *exact : mirrored(exact);
    const double square = p.w * (p.w + p.k), slowness = 1 + square;
    const int shift = change_shift(&p, square), g_shift = exponent_for(p.w * 1.07, 0.9999, 12);
    struct band band = {.a_shift = (uint8_t)(16 + shift),
                        .g_shift = (uint8_t)(16 + (g_shift > 0 ? g_shift : 0)),
                        .input_shift = likely_shift(&p),
                        .loop = LOOP_WIDE,
                        .mirrored = exact->w > 1};
    const double a_scale = power_of_two(band.a_shift), in_scale = power_of_two(band.input_shift);
    const int m_shift = mix_shift(&p, in_scale);
    if (m_shift > 13) return false;
    band.m_shift = (uint8_t)m_shift;
    const double m_scale = power_of_two(16 - m_shift);
    set_weight(&band.a1, &band.a1_fine, larger(-square / slowness * a_scale, -32767));
    const double a1 = (band.a1 + band.a1_fine * 0x1p-15) / a_scale;
    const double product = p.w * p.w * (1 + a1) * a_scale * power_of_two(band.g_shift);
    band.a2 = (uint16_t)best_a2(p.w / slowness * a_scale, product);
    band.g = (uint16_t)nearest(product / band.a2);
    if (band.g == 0) return false;
    const double w = p.w * root_near_1(band.g * (double)band.a2 / product);
    const double k = -a1 / (1 + a1) / w - w;
    const double m1 = (p.band - k * p.high) * (1 + a1) * w * a_scale / band.a2;
    set_weight(&band.m0, &band.m0_fine, p.high * m_scale);
    set_weight(&band.m1, &band.m1_fine, m1 * in_scale * m_scale);
    set_weight(&band.m2, &band.m2_fine, (p.low - p.high) * in_scale * m_scale);
    *found = band;
    return true;
}

#endif
