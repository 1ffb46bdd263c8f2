/* How a design becomes the coefficients of fixed point. */
#include "arithmetic.h"

#if defined(DSPI_RP2040)

#include "design.h"

/* dB of response that rounding may cost a filter in the fast loops; and what is not worth searching for. */
#define ERROR_LIMIT 0.0008
#define ERROR_GOOD  0.0003

#define DAMPINGS 64 /* that are tried */

#define DECIBELS 8.685889638065035 /* 20 / ln 10 */

static double magnitude(double x) {
    return x < 0 ? -x : x;
}
static double larger(double a, double b) {
    return a > b ? a : b;
}
static double smaller(double a, double b) {
    return a < b ? a : b;
}

/* By its IEEE 754 bits: products of doubles are slow on the M0+. */
static double power_of_two(int exponent) {
    const union {
        uint64_t bits;
        double value;
    } power = {(uint64_t)(1023 + exponent) << 52};
    return power.value;
}

static int32_t nearest(double x) {
    return (int32_t)(x + (x < 0 ? -0.5 : 0.5));
}

/* By Heron's method, as precise as the search needs it: of what is near 1. */
static double root_near_1(double x) {
    const double y = (1 + x) / 2;
    return (y + x / y) / 2;
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
 * What a design is about: g at its frequency, 1/Q, and how much is heard of high pass, band pass and low
 * pass.
 */
struct prototype {
    double g, k, high, band, low;
    bool mirrored;
};

/*
 * Above a quarter of the sample rate g exceeds 1 and coefficients no longer fit. There the filter runs in the
 * mirror: z becomes -z, g becomes 1/g, and its high pass is the low pass.
 */
static struct prototype prototype_of(const struct band_design *design) {
    const double g = design->a3 / design->a2;
    const double k = -design->a1m1 / design->a2 - g;
    const struct prototype p = {g,    k, design->m0, design->m1 + k * design->m0, design->m2 + design->m0,
                                false};
    if (g <= 1) return p;
    return (struct prototype){1 / g, k, p.low, p.band, p.high, true};
}

/*
 * For the loops that do not look for overflow. An input of full range, in the worst of orders, drives v1 and
 * v2 to 1.3/k + 0.25 times itself, s1 and s2, which are ahead, to sqrt(1 + g^2) times that, and v3 = in - s2
 * to one more: scaled to 0.8, that leaves room for what a state brings along from another filter.
 */
static uint8_t safe_shift(const struct prototype *p) {
    double reach = (1 + larger(1.02, 1.3 / p->k + 0.25) * (1 + p->g * p->g / 2)) / 0.8;
    uint8_t shift = 0;
    for (; reach > 1; shift++)
        reach /= 2;
    return shift;
}

/*
 * For the loop that saturates. Driven at its resonance, the state reaches sqrt(1 + g^2)/k times the input.
 * Scaled to 4 at most, that leaves 6 dB, unless the output reaches as far and saturates first.
 */
static uint8_t likely_shift(const struct prototype *p) {
    const double gain = p->band * p->band + (p->low - p->high) * (p->low - p->high);
    const double limit = larger(16, p->k < 1 ? gain / (p->k * p->k) : gain);
    double reach = (1 + p->g * p->g) / (p->k < 1 ? p->k * p->k : 1);
    uint8_t shift = 0;
    for (; reach > limit && shift < 8; shift++)
        reach /= 4;
    return shift;
}

/*
 * With coefficients as held, and w = tan(pi f/Fs) j,
 *
 *   v1 = a2 w / ((1 + a1) w^2 - (a1 + a2 g) w + a2 g)
 *
 * so a2 is free, as long as g and the weights make up for it.
 */
struct fit {
    const struct prototype *p;
    struct band band;
    double a1, a_scale, g_scale, in_scale, m_scale;
    /* With an a2: the filter as held, and its weights before they are rounded. */
    double g, k, m0, m1, m2;
    double detuned; /* how far g^2 is off */
    double g_times_a2;
    double by_mix; /* dB that are lost with any a2 */
};

/* Continues a band of which loop, shifts and a1_fine's use are known. */
static struct fit fit_to(const struct prototype *p, struct band band, bool fine) {
    const double square = p->g * (p->g + p->k);
    struct fit fit = {.p = p,
                      .band = band,
                      .a_scale = power_of_two(band.a_shift),
                      .g_scale = power_of_two(band.g_shift),
                      .in_scale = power_of_two(band.input_shift),
                      .m_scale = power_of_two(16 - band.m_shift)};
    const double a1 = larger(-square / (1 + square) * fit.a_scale, -32767);
    fit.band.a1 = (int16_t)nearest(a1);
    fit.band.a1_fine = fine ? (int16_t)nearest((a1 - fit.band.a1) * 0x1p15) : 0;
    fit.a1 = (fit.band.a1 + fit.band.a1_fine * 0x1p-15) / fit.a_scale;
    fit.g_times_a2 = p->g * p->g * (1 + fit.a1) * fit.a_scale * fit.g_scale;
    return fit;
}

/* False when out of range, or when the square of the frequency is off by more than `tolerated`. */
static bool set_a2(struct fit *fit, int32_t a2, double tolerated) {
    const struct prototype *p = fit->p;
    if (a2 < 1 || a2 > 32000) return false;
    const double g = fit->g_times_a2 / a2;
    if (g > 65535) return false;
    fit->band.a2 = (int16_t)a2;
    fit->band.g = (uint16_t)nearest(g);
    if (fit->band.g == 0) return false;
    if (magnitude(fit->band.g - g) > tolerated * g) return false;
    const double a = a2 / fit->a_scale;
    fit->detuned = (fit->band.g - g) / g;
    fit->g = p->g * root_near_1(1 + fit->detuned);
    fit->k = -fit->a1 / (1 + fit->a1) / fit->g - fit->g;
    fit->m0 = p->high * fit->m_scale;
    fit->m1 = (p->band - fit->k * p->high) * (1 + fit->a1) * fit->g / a * fit->in_scale * fit->m_scale;
    fit->m2 = (p->low - p->high) * fit->in_scale * fit->m_scale;
    return true;
}

/* The part of a weight that its significand holds, and the part that is left. */
static bool set_weight(int16_t *weight, double m) {
    if (magnitude(m) > 32767) return false;
    *weight = (int16_t)nearest(m);
    return true;
}
static int16_t fine_of(double m, int16_t weight) {
    return (int16_t)nearest((m - weight) * 0x1p15);
}

/* The errors below are dB of response that are lost: estimates, by how steep the response can be. */

/* How narrow the zeros are, at most 1: 1 when there is no high pass or no low pass. */
static double zero_width(const struct prototype *p) {
    const double most = larger(magnitude(p->high), magnitude(p->low));
    if (p->high == 0 || p->low == 0) return 1;
    return smaller(1, larger(magnitude(p->band) / most, 1e-3));
}

/* Of m0 and m2, which are the same for every a2. */
static double mix_error(const struct fit *fit) {
    const struct prototype *p = fit->p;
    const double width = zero_width(p);
    const double high = nearest(p->high * fit->m_scale) / fit->m_scale;
    const double low =
        high + nearest((p->low - p->high) * fit->in_scale * fit->m_scale) / (fit->m_scale * fit->in_scale);
    const double by_high = p->high != 0 ? high / p->high - 1 : 0;
    const double by_low = p->low != 0 ? low / p->low - 1 : low * 1e6;
    const double by_zeros = width < 1 ? magnitude(by_low - by_high) / width / 2 : 0;
    return DECIBELS * (by_zeros + larger(magnitude(by_high), magnitude(by_low)));
}

static double common_error(const struct fit *fit) {
    const struct prototype *p = fit->p;
    const double width = zero_width(p);
    const double band = magnitude(fit->band.m1 - fit->m1) / (fit->m_scale * fit->in_scale);
    const double by_band = band / (width < 1 ? larger(magnitude(p->band), 1e-3) : p->k);
    const double by_pole = magnitude(fit->k / p->k - 1) + magnitude(fit->detuned) / smaller(width, p->k) / 2;
    return DECIBELS * (by_pole + by_band) + fit->by_mix;
}

static double wide_error(const struct fit *fit) {
    return DECIBELS * magnitude(fit->detuned) / smaller(zero_width(fit->p), fit->p->k) / 2;
}

/* Of the neighbours of a2 takes the one with the least error; false when that is above `limit`. */
static bool search(struct fit *fit, double error(const struct fit *), double limit) {
    const double middle = fit->p->g / (1 + fit->p->g * (fit->p->g + fit->p->k)) * fit->a_scale;
    const int32_t reach = (int32_t)smaller(middle / 16 + 1, error == wide_error ? 128 : 16);
    const double narrowness = smaller(zero_width(fit->p), fit->p->k) * 2 / DECIBELS;
    double best = limit, tolerated = best * narrowness;
    struct band band;
    bool found = false;
    for (int32_t i = 0; i <= 2 * reach && !(found && best < ERROR_GOOD); i++) {
        const int32_t a2 = nearest(middle) + (i & 1 ? (i + 1) / 2 : -i / 2);
        if (!set_a2(fit, a2, tolerated) || !set_weight(&fit->band.m0, fit->m0) ||
            !set_weight(&fit->band.m1, fit->m1) || !set_weight(&fit->band.m2, fit->m2))
            continue;
        const double lost = error(fit);
        if (lost > best) continue;
        best = lost;
        tolerated = best * narrowness;
        found = true;
        band = fit->band;
        if (error != wide_error) continue;
        band.m0_fine = fine_of(fit->m0, band.m0);
        band.m1_fine = fine_of(fit->m1, band.m1);
        band.m2_fine = fine_of(fit->m2, band.m2);
    }
    if (found) fit->band = band;
    return found;
}

/* The shift of a change with which coefficients fill their significands, with some room for a2 and g. */
static int change_shift(const struct prototype *p, int most) {
    const double square = p->g * (p->g + p->k);
    const double largest = larger(square / (1 + square), p->g / (1 + square) * 1.07);
    const int shift = exponent_for(larger(largest, p->g * 0.535), 0.49, most);
    return shift < -1 ? -1 : shift;
}

/*
 * Peaking filters. With w = tan(pi f/Fs) j and damping d,
 *
 *   v1 = w / ((1/a2 - d) w^2 + (d - g) w + g)
 *
 * so the scale of v1 is free, and with it d: one is taken with which g and a2, rounded, lose little.
 */
struct peak {
    double w, k, gain; /* at the middle */
    double slowness;   /* 1 - a1 = 1 + w (w + k) */
    double share;      /* g / d = w / (w + k) */
    uint8_t input_shift;
    double by_frequency; /* dB that are lost for each part that a2 is off */
    double fullest;      /* the least d with which the first state stays within its range */
};

/*
 * An input of full range, in the worst of orders, drives v3 - d s1, s2 and s1 to the sums of their impulse
 * responses: at most to reach, reach and first, of v1 in its natural scale. Scaled to 0.8, that leaves room
 * for what a state brings along from another filter.
 */
static struct peak peak_of(const struct prototype *p) {
    const double w = p->mirrored ? 1 / p->g : p->g, k = p->k, slowness = 1 + w * (w + k);
    const double reach = slowness * larger(1, 1.3 / k + 1.6 / (1 + w));
    const double ahead = w < 1 ? 1 + w * w / 2 : 0.5 + w;
    const double first = larger(w, (1.3 / k + 0.25) * ahead);
    struct peak peak = {.w = w, .k = k, .gain = p->band / k, .slowness = slowness, .share = w / (w + k)};
    double room = 0.8;
    for (; room < reach; room *= 2)
        peak.input_shift++;
    peak.by_frequency = DECIBELS * magnitude(peak.gain - 1) / peak.gain * slowness / k / 2;
    peak.fullest = (w + k) * first / room;
    return peak;
}

/* dB that are lost for each part that the width of a peak is off. */
static double width_weight(const struct peak *peak) {
    return DECIBELS * magnitude(peak->gain - 1) / (peak->gain + 1);
}

/* Continues a band with a damping and its g; dB of response that are lost, or more than `limit`. */
static double set_peak(struct band *band, const struct peak *peak, double damping, uint32_t g_rounded,
                       double limit) {
    const double scale = power_of_two(band->a_shift), less = peak->gain - 1, square = peak->w * peak->w;
    const double g = g_rounded / scale, a2 = scale * square / (g + damping * square);
    if (a2 >= 65535 || g_rounded > 65535 || g_rounded == 0) return 2 * limit;
    band->a2 = (uint16_t)nearest(a2);
    const double by_frequency = magnitude(band->a2 - a2) * peak->by_frequency;
    if (by_frequency > limit * a2) return 2 * limit;
    const bool wide_reach = band->loop == LOOP_FINE && band->a_shift > 16;
    const double m1 = less * (damping - g) * power_of_two(peak->input_shift);
    band->m_shift = magnitude(m1) < 3.9999 && !wide_reach ? 3 : 5;
    const double weight = m1 * power_of_two(16 - band->m_shift);
    if (magnitude(weight) > 32767) return 2 * limit;
    band->g = (uint16_t)g_rounded;
    band->m1 = (int16_t)nearest(weight);
    band->scale = (uint16_t)nearest((peak->w + peak->k) / damping * (1 << BAND_SCALE_BITS));
    const double height = weight != 0 ? magnitude((band->m1 - weight) / weight) : 0;
    const double width = magnitude((damping - g) * peak->w / (g * peak->k) - 1);
    return width_weight(peak) * width + by_frequency / a2 + DECIBELS * magnitude(less) / peak->gain * height;
}

/* The dampings with which first state, a2, m1 and g stay within their ranges. */
struct range {
    double least, most;
};

static struct range damping_range(const struct peak *peak, unsigned shift) {
    const double scale = power_of_two((int)shift) * (65536. / 65534), both = peak->w + peak->k;
    const double least_by_a2 = peak->w * both / peak->slowness * scale;
    const double reach = magnitude(peak->gain - 1) * power_of_two(peak->input_shift);
    const double most_by_m1 = 15.99 / (reach * (1 - peak->share)), most_by_g = 1 / (scale * peak->share);
    return (struct range){larger(peak->fullest, least_by_a2),
                          smaller(4 * peak->fullest, smaller(most_by_m1, most_by_g))};
}

static struct band peaking_band(const struct peak *peak, unsigned shift, uint8_t kind) {
    return (struct band){.loop = kind,
                         .a_shift = (uint8_t)(16 + shift),
                         .g_shift = (uint8_t)(16 + shift),
                         .input_shift = peak->input_shift};
}

/* The first power of two that serves, if one does. */
static bool damp_simply(struct band *band, const struct peak *peak, unsigned shift) {
    const struct range range = damping_range(peak, shift);
    double damping = 1;
    *band = peaking_band(peak, shift, LOOP_SIMPLE);
    band->damping = 0;
    for (; damping >= range.least && band->damping < 31; band->damping++, damping /= 2) {
        if (damping > range.most) continue;
        const double g = damping * peak->share * power_of_two(band->g_shift);
        if (set_peak(band, peak, damping, (uint32_t)nearest(g), ERROR_LIMIT) > ERROR_LIMIT) continue;
        band->loop = (uint8_t)(LOOP_SIMPLE + (shift + 1) / 3 * 2 + (band->m_shift == 5));
        return true;
    }
    return false;
}

/* Of DAMPINGS of 16 bits the one that loses the least; false when that is more than ERROR_LIMIT. */
static bool damp_finely(struct band *found, const struct peak *peak, unsigned shift) {
    const struct range range = damping_range(peak, shift);
    const uint32_t least = (uint32_t)(range.least * 65536) + 1,
                   most = (uint32_t)(smaller(range.most, 0.9999) * 65536);
    if (most < least || (shift > 2 && most < 2 * least)) return false;
    const uint32_t step = (most - least) / DAMPINGS + 1;
    struct band band = peaking_band(peak, shift, LOOP_FINE);
    const double unit = peak->share * power_of_two(band.g_shift - 16); /* g of a damping of 2^-16 */
    const double by_g = width_weight(peak) * (peak->w + peak->k) / peak->k / (unit * least);
    const uint64_t g_step = (uint64_t)(unit * step * 0x1p32);
    uint64_t g = (uint64_t)(unit * least * 0x1p32);
    double best = ERROR_LIMIT;
    uint32_t allowed = (uint32_t)(smaller(best / by_g, 0.5) * 0x1p31) * 2;
    for (uint32_t damping = least; damping <= most && best > 2 * ERROR_GOOD; damping += step, g += g_step) {
        const uint32_t rest = (uint32_t)g, off = rest >> 31 ? -rest : rest;
        if (off > allowed) continue;
        const double lost = set_peak(&band, peak, damping / 65536., (uint32_t)(g >> 32) + (rest >> 31), best);
        if (lost > best) continue;
        best = lost;
        allowed = (uint32_t)(smaller(best / by_g, 0.5) * 0x1p31) * 2;
        *found = band;
        found->damping = (uint16_t)damping;
        found->loop = (uint8_t)(LOOP_FINE + (shift + 1) / 3 + (band.m_shift == 5));
    }
    return best < ERROR_LIMIT;
}

/*
 * The loops of shift 0 keep nothing of what their changes lack. The last bit of a second change may stay
 * behind, and is heard as this many of the last.
 */
static bool rounds_well(const struct peak *peak) {
    return magnitude(peak->gain - 1) <= 96 * peak->k * smaller(peak->w, 1 / peak->w);
}

/*
 * What is rounded at the input counts most where the narrowest filters boost the most, and with the slow pole
 * of wide filters far below the rate: the other loops' states have more bits there.
 */
static bool rounds_bearably(const struct peak *peak) {
    return magnitude(peak->gain - 1) <= 50 * peak->k && peak->share >= 0.0004;
}

/* The cheapest loop that serves. */
static bool quantise_peaking(struct band *band, const struct prototype *p) {
    static const uint8_t slow_shift[] = {8, 5, 2};
    const struct peak peak = peak_of(p);
    if (!rounds_bearably(&peak)) return false;
    if (rounds_well(&peak) && (damp_simply(band, &peak, 0) || damp_finely(band, &peak, 0))) return true;
    for (unsigned i = 0; i < 3; i++)
        if (damp_simply(band, &peak, slow_shift[i])) return true;
    for (unsigned i = 0; i < 3; i++)
        if (damp_finely(band, &peak, slow_shift[i])) return true;
    return false;
}

/* Of all weights together, in powers of two. */
static int mix_shift(const struct prototype *p, double in_scale) {
    const double states = magnitude(p->band - p->k * p->high) * 1.1 + magnitude(p->low - p->high);
    return 1 - exponent_for((magnitude(p->high) + states * in_scale) / 1.98, 0.5, 0);
}

static bool quantise_common(struct band *band, const struct prototype *p) {
    const int shift = change_shift(p, 11) + 1;
    struct band b = {.a_shift = (uint8_t)(15 + shift),
                     .g_shift = (uint8_t)(16 + shift),
                     .input_shift = safe_shift(p),
                     .loop = LOOP_COMMON};
    const int m_shift = mix_shift(p, power_of_two(b.input_shift));
    if (p->mirrored || m_shift > 5) return false;
    b.m_shift = (uint8_t)m_shift;
    struct fit fit = fit_to(p, b, false);
    fit.by_mix = mix_error(&fit);
    if (fit.by_mix > ERROR_LIMIT) return false;
    if (!search(&fit, common_error, ERROR_LIMIT)) return false;
    *band = fit.band;
    return true;
}

static bool quantise_wide(struct band *band, const struct prototype *p) {
    const int shift = change_shift(p, 12), g_shift = exponent_for(p->g * 1.07, 0.9999, 12);
    struct band b = {.a_shift = (uint8_t)(16 + shift),
                     .g_shift = (uint8_t)(16 + (g_shift > 0 ? g_shift : 0)),
                     .input_shift = likely_shift(p),
                     .loop = LOOP_WIDE,
                     .mirrored = p->mirrored};
    const int m_shift = mix_shift(p, power_of_two(b.input_shift));
    if (m_shift > 13) return false;
    b.m_shift = (uint8_t)m_shift;
    struct fit fit = fit_to(p, b, true);
    if (!search(&fit, wide_error, 1e9)) return false;
    *band = fit.band;
    return true;
}

bool band_quantise(struct band *band, const struct band_design *design) {
    if (design_is_flat(design)) {
        *band = (struct band){0};
        return true;
    }
    if (!design_is_sound(design)) return false;
    const struct prototype p = prototype_of(design);
    const bool peaking = design->m0 == 1 && design->m2 == 0;
    return (peaking && quantise_peaking(band, &p)) || quantise_common(band, &p) || quantise_wide(band, &p);
}

#endif
