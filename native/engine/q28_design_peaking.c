/* Coefficients of the loops for peaking filters. */
#include "arithmetic.h"

#if defined(DSPI_RP2040)

#include "q28_design.h"

#define DAMPINGS   10 /* that are tried at most, of fine ones, in all loops together */
#define NEIGHBOURS 16 /* of a g that are tried at most, to each side */

/* Significands of 16 bits, less the way to a neighbour's. */
#define G_MAX  65500
#define A2_MAX 65500
#define M1_MAX 32700

#define M_SHIFT_MOST 5 /* of m1; 3 where that serves */

struct peak {
    const struct damped *damped;
    double square;                   /* of w */
    double less, width;              /* gain at the middle, less 1; part that g may be off */
    uint32_t a2_allowed, m1_allowed; /* 2^-32 that these may be off */
};

static uint32_t part_of(double part) {
    return (uint32_t)(smaller(part, 0.9999) * 0x1p32);
}

/* By how many dB are lost for each part that frequency, width and height are off. */
static struct peak peak_of(const struct prototype *p, const struct damped *d) {
    const double gain = p->band / p->k, less = gain - 1, unit = ERROR_LIMIT / DECIBELS / magnitude(less);
    return (struct peak){.damped = d,
                         .square = d->w * d->w,
                         .less = less,
                         .width = 0.5 * unit * (gain + 1) * d->k / (d->w + d->k),
                         .a2_allowed = part_of(0.8 * unit * gain * smaller(d->k, 1) / d->slowness),
                         .m1_allowed = part_of(0.6 * unit * gain)};
}

/* In 2^-16 of a significand's last bits: it, what a g larger by one takes off it, and what it may be off. */
struct candidate {
    uint32_t bits, step, allowed;
};

static struct candidate candidate_of(uint32_t bits, uint32_t step, uint32_t size, uint32_t allowed) {
    const uint32_t most = (uint32_t)((uint64_t)size * allowed >> 32);
    return (struct candidate){bits, step, most < 0x8000 ? most : 0x8000};
}

static bool is_whole(const struct candidate *c, uint32_t more) {
    return ((c->bits - more * c->step + c->allowed) & 0xffff) <= 2 * c->allowed;
}

static uint32_t whole_of(const struct candidate *c, uint32_t more) {
    return (c->bits - more * c->step + 0x8000) >> 16;
}

/* What the coefficients of a shift are made of. */
struct scales {
    double scale, g, square, a2, m1; /* m1 for an m_shift of M_SHIFT_MOST */
};

static struct scales scales_of(const struct peak *peak, const struct band *band) {
    const double scale = power_of_two(band->a_shift), square = peak->square * scale;
    return (struct scales){.scale = scale,
                           .g = peak->damped->share * scale,
                           .square = square,
                           .a2 = square * scale * 65536,
                           .m1 = peak->less *
                                 power_of_two(band->input_shift - band->a_shift + 32 - M_SHIFT_MOST)};
}

/*
 * Continues a band with a damping; false when rounding costs more than ERROR_LIMIT. Of the neighbours of the
 * exact g takes the nearest with which a2 and m1 come out nearly whole: the width of a narrow peak matters
 * less than its frequency and height. Most dampings of the narrowest peaks fail: what is cheap to see comes
 * first.
 */
static bool set_peak(struct band *band, const struct peak *peak, const struct scales *scales,
                     double damping) {
    const double exact_g = damping * scales->g;
    if (exact_g > G_MAX) return false;
    const int32_t middle = nearest(exact_g);
    const double g = middle, room = exact_g * peak->width - magnitude(g - exact_g);
    if (room < 0 || middle < 1) return false;
    const uint32_t reach = (uint32_t)smaller(room, NEIGHBOURS);

    const double m1 = scales->m1 * (damping * scales->scale - g), m1_size = magnitude(m1);
    if (m1_size > M1_MAX * 65536.) return false;
    const bool wide_reach = band->loop == LOOP_FINE && band->a_shift > 16;
    const unsigned up = m1_size < M1_MAX * 65536. / 4 && !wide_reach ? 2 : 0;
    band->m_shift = (uint8_t)(M_SHIFT_MOST - up);
    const struct candidate of_m1 =
        candidate_of((uint32_t)(int32_t)m1 << up, (uint32_t)(int32_t)scales->m1 << up,
                     (uint32_t)m1_size << up, peak->m1_allowed);
    if (reach == 0 && !is_whole(&of_m1, 0)) return false;

    const double inverse = 1 / (g + damping * scales->square), a2 = scales->a2 * inverse;
    if (a2 >= A2_MAX * 65536.) return false;
    const uint32_t a2_bits = (uint32_t)a2;
    const struct candidate of_a2 = candidate_of(a2_bits, (uint32_t)(a2 * inverse), a2_bits, peak->a2_allowed);

    uint32_t more = 0, tried = 0;
    while (!is_whole(&of_a2, more) || !is_whole(&of_m1, more)) {
        if (tried++ == 2 * reach) return false;
        more = tried & 1 ? (tried + 1) / 2 : -(tried / 2);
    }
    band->g = (uint16_t)((uint32_t)middle + more);
    band->a2 = (uint16_t)whole_of(&of_a2, more);
    band->m1 = (int16_t)whole_of(&of_m1, more);
    band->scale = scale_of_state(peak->damped, damping);
    return band->g > 0;
}

static struct band peaking_band(const struct peak *peak, unsigned shift, uint8_t kind) {
    return (struct band){.loop = kind,
                         .a_shift = (uint8_t)(16 + shift),
                         .g_shift = (uint8_t)(16 + shift),
                         .input_shift = (uint8_t)peak->damped->input_shift};
}

/* The least damping with which the first state and a2 stay within their ranges. */
static double least_damping(const struct peak *peak, unsigned shift) {
    return larger(peak->damped->fullest, peak->damped->square * power_of_two((int)shift) * (65536. / 65534));
}

/* The first power of two that serves, if one does. */
static bool damp_simply(struct band *band, const struct peak *peak, unsigned shift) {
    const double least = least_damping(peak, shift), most = 4 * peak->damped->fullest;
    double damping = 1;
    *band = peaking_band(peak, shift, LOOP_SIMPLE);
    const struct scales scales = scales_of(peak, band);
    for (; damping >= least && band->damping < 31; band->damping++, damping /= 2) {
        if (damping > most || !set_peak(band, peak, &scales, damping)) continue;
        band->loop = (uint8_t)(LOOP_SIMPLE + (shift + 1) / 3 * 2 + (band->m_shift == M_SHIFT_MOST));
        return true;
    }
    return false;
}

/* The first damping of 16 bits that serves, if one does of those that are `left` to try. */
static bool damp_finely(struct band *band, const struct peak *peak, unsigned shift, unsigned *left) {
    const struct damped *d = peak->damped;
    const double reach = magnitude(peak->less) * power_of_two(d->input_shift) * (1 - d->share);
    const double most_by_m1 = 15.99 / reach,
                 most_by_g = power_of_two(-(int)shift) * (65534. / 65536) / d->share;
    const double range = smaller(smaller(4 * d->fullest, 0.9999), smaller(most_by_m1, most_by_g));
    const uint32_t least = (uint32_t)(least_damping(peak, shift) * 65536) + 1,
                   most = (uint32_t)(range * 65536);
    if (most < least || (shift > 2 && most < 2 * least)) return false;
    const uint32_t step = (most - least) / DAMPINGS + 1;
    *band = peaking_band(peak, shift, LOOP_FINE);
    const struct scales scales = scales_of(peak, band);
    for (uint32_t damping = least; damping <= most && *left > 0; damping += step, --*left) {
        if (!set_peak(band, peak, &scales, damping * 0x1p-16)) continue;
        band->damping = (uint16_t)damping;
        band->loop = (uint8_t)(LOOP_FINE + (shift + 1) / 3 + (band->m_shift == M_SHIFT_MOST));
        return true;
    }
    return false;
}

/*
 * The loops of shift 0 keep nothing of what their changes lack. The last bit of a second change may stay
 * behind, and is heard as this many of the last.
 */
static bool rounds_well(const struct peak *peak) {
    const double w = peak->damped->w, less = magnitude(peak->less), most = 96 * peak->damped->k;
    return w < 1 ? less <= most * w : less * w <= most;
}

/*
 * What is rounded at the input counts most where the narrowest filters boost the most, and with the slow pole
 * of wide filters far below the rate: the other loops' states have more bits there.
 */
static bool rounds_bearably(const struct peak *peak) {
    return magnitude(peak->less) <= 50 * peak->damped->k && peak->damped->share >= 0.0004;
}

/* The first loop that serves: simple dampings are found soon, fine ones by trying. */
bool quantise_peaking(struct band *band, const struct prototype *p, const struct damped *damped) {
    static const uint8_t shifts[] = {0, 8, 5, 2};
    const struct peak peak = peak_of(p, damped);
    if (!rounds_bearably(&peak)) return false;
    unsigned left = DAMPINGS;
    const unsigned first = rounds_well(&peak) ? 0 : 1;
    for (unsigned i = first; i < 4; i++)
        if (damp_simply(band, &peak, shifts[i])) return true;
    for (unsigned i = first; i < 4; i++)
        if (damp_finely(band, &peak, shifts[i], &left)) return true;
    return false;
}

#endif
