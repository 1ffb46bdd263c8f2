/*
 * The filters alone, before anything is rounded to 24 bits. One command a line on standard input, one line of
 * answer each. A DESIGN is six numbers: a1m1 a2 a3 m0 m1 m2.
 *
 *   frequencies N F...        for `played`, in cycles per sample
 *   held DESIGN               the coefficients that the arithmetic keeps of a design, as a design
 *   played DESIGN             magnitude in dB at each frequency, of a sweep played through the filter
 *   headroom DESIGN           rp2040: the largest that an input of full range can make of a state or a mix,
 *                             1 being too much; 0 for filters that saturate
 *   noise RATE DESIGN         dB re full scale: output less that of a long-double filter with the held
 *                             coefficients
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arithmetic.h"

#if defined(DSPI_RP2350)
static sample_t from_double(double x) {
    return (float)x;
}
static double to_double(sample_t x) {
    return x;
}
static struct band_design held(const struct band *b) {
    return (struct band_design){b->a1m1 / 2.0, b->a2 / 2.0, b->a3 / 2.0, b->m0, b->m1, b->m2};
}
#else
static sample_t from_double(double x) {
    return (int32_t)lrint(x * 0x1p28);
}
static double to_double(sample_t x) {
    return x * 0x1p-28;
}
static double weight(int32_t m, int16_t fine, const struct band *b) {
    return ldexp(m + fine * 0x1p-15, b->m_shift - 16);
}
/* a1 less its sign. */
static double a1_of(const struct band *b) {
    if (b->loop == LOOP_WIDE) return -ldexp(b->a1 + b->a1_fine * 0x1p-15, -b->a_shift);
    const bool fine = b->loop >= LOOP_FINE && b->loop < LOOP_COMMON;
    const double damping = fine ? ldexp(b->damping, -16) : ldexp(1, -b->damping);
    return ldexp(b->a2, -b->a_shift) * damping;
}
/* As a design, from how much is heard of high pass, band pass and low pass. */
static struct band_design design_of(double w, double k, double high, double band, double low) {
    const double c = 1 / (1 + w * (w + k));
    return (struct band_design){-w * (w + k) * c, w * c, w * w * c, high, band - k * high, low - high};
}
/* From what q28.c computes: v1 = a w / ((1 - a1) w^2 + (a1 - a g) w + a g), with a1 less its sign. */
static struct band_design held(const struct band *b) {
    const double a1 = a1_of(b), a = ldexp(b->a2, -b->a_shift);
    const double g = ldexp(b->g, -b->g_shift), scale = ldexp(1, b->input_shift);
    if (a == 0) return (struct band_design){.m0 = 1};
    const double w0 = sqrt(a * g / (1 - a1)), k = (a1 - a * g) / ((1 - a1) * w0),
                 v1 = a / (1 - a1) / w0 / scale;
    if (b->loop < LOOP_COMMON) return design_of(w0, k, 1, weight(b->m1, 0, b) * v1 + k, 1);
    if (b->loop == LOOP_COMMON)
        return design_of(w0, k, weight((uint16_t)b->m0, 0, b) / (1 - a1) / scale,
                         weight((uint16_t)b->m1, 0, b) * v1, weight((uint16_t)b->m2, 0, b) / scale);
    const double m0 = weight(b->m0, b->m0_fine, b), m2 = weight(b->m2, b->m2_fine, b) / scale;
    const double high = m0, band = weight(b->m1, b->m1_fine, b) * v1 + k * m0, low = m0 + m2;
    return b->mirrored ? design_of(1 / w0, k, low, band, high) : design_of(w0, k, high, band, low);
}
#endif

static struct band quantised(const struct band_design *design) {
    struct band band;
    if (!band_quantise(&band, design)) {
        fprintf(stderr, "kernels: a design was refused\n");
        exit(1);
    }
    return band;
}

/* The engine's packets, as far as the filter can tell. */
static void run(const struct band *band, struct band_state *state, sample_t *samples, size_t count) {
    for (size_t n = 0; n < count; n += 48)
        cascade_run(band, state, 1, samples + n, (unsigned)(count - n < 48 ? count - n : 48), (uint32_t)n);
}

/* Samples until a filter has died away by 120 dB, from the larger pole of its state's update. */
static size_t tail(const struct band_design *d) {
    const double trace = 2 + 2 * d->a1m1 - 2 * d->a3;
    const double determinant = (1 + 2 * d->a1m1) * (1 - 2 * d->a3) + 4 * d->a2 * d->a2;
    const double discriminant = trace * trace / 4 - determinant;
    const double radius =
        discriminant < 0 ? sqrt(determinant)
                         : fmax(fabs(trace / 2 + sqrt(discriminant)), fabs(trace / 2 - sqrt(discriminant)));
    return (size_t)fmin(64 + log(1e-6) / log(radius), 4e6);
}

enum { FREQUENCIES_MAX = 100 };
static double frequency[FREQUENCIES_MAX];
static unsigned frequencies;

/* Fourier transform at the given frequencies, as squared magnitudes. */
static void spectrum(const sample_t *samples, size_t count, double power[]) {
    double re[FREQUENCIES_MAX] = {0}, im[FREQUENCIES_MAX] = {0}, x[FREQUENCIES_MAX], y[FREQUENCIES_MAX];
    double c[FREQUENCIES_MAX], s[FREQUENCIES_MAX];
    for (unsigned f = 0; f < frequencies; f++) {
        c[f] = cos(2 * M_PI * frequency[f]);
        s[f] = sin(2 * M_PI * frequency[f]);
        x[f] = 1;
        y[f] = 0;
    }
    for (size_t n = 0; n < count; n++) {
        const double v = to_double(samples[n]);
        for (unsigned f = 0; f < FREQUENCIES_MAX; f++) {
            re[f] += v * x[f];
            im[f] += v * y[f];
            const double turned = x[f] * c[f] - y[f] * s[f];
            y[f] = x[f] * s[f] + y[f] * c[f];
            x[f] = turned;
        }
    }
    for (unsigned f = 0; f < frequencies; f++)
        power[f] = re[f] * re[f] + im[f] * im[f];
}

/* As loud at every frequency, but for its two ends: a sweep whose frequency rises evenly, then silence. */
static void make_sweep(sample_t *samples, size_t count, size_t frames, double peak) {
    for (size_t n = 0; n < count; n++) {
        const double phase = M_PI * fmod((double)n * (double)n / (2.0 * (double)frames), 2);
        samples[n] = from_double(n < frames ? sin(phase) * peak : 0);
    }
}

static double largest(const sample_t *samples, size_t count) {
    double peak = 0;
    for (size_t n = 0; n < count; n++)
        peak = fmax(peak, fabs(to_double(samples[n])));
    return peak;
}

/* As loud as the output bears without clipping: the last bits of a long decay would count for more. */
static void played(const struct band_design *design) {
    const struct band band = quantised(design);
    const size_t decay = tail(design), frames = 4096 + decay / 2, count = frames + decay;
    sample_t *samples = calloc(count, sizeof *samples);
    double in[FREQUENCIES_MAX], out[FREQUENCIES_MAX], peak = 0.5;
    for (;; peak /= 2) {
        make_sweep(samples, count, frames, peak);
        run(&band, &(struct band_state){0}, samples, count);
        if (largest(samples, count) < 7) break;
    }
    spectrum(samples, count, out);
    make_sweep(samples, count, frames, peak);
    spectrum(samples, frames, in);
    free(samples);
    for (unsigned f = 0; f < frequencies; f++)
        printf("%.9g ", 10 * log10(out[f] / in[f]));
    printf("\n");
}

#if defined(DSPI_RP2040)
/* The sum of an impulse response, all signs positive, is what the worst of inputs makes of it. */
static double headroom(const struct band_design *design) {
    const struct band b = quantised(design);
    if (b.loop == LOOP_WIDE) return 0;
    const double damping = a1_of(&b) / ldexp(b.a2, -b.a_shift);
    const double a2 = ldexp(b.a2, -b.a_shift), g = ldexp(b.g, -b.g_shift);
    const struct band_design d = held(&b);
    double s1 = 0, s2 = 0, of_s1 = 0, of_s2 = 0, of_e = 0, of_mix = 0;
    for (size_t n = tail(&d), first = n; n > 0; n--) {
        const double e = (n == first) - s2 - damping * s1, dv1 = a2 * e, dv2 = g * (s1 + dv1);
        if (b.loop == LOOP_COMMON)
            of_mix += fabs((uint16_t)b.m0 * e + (uint16_t)b.m1 * (s1 + dv1) + (uint16_t)b.m2 * (s2 + dv2)) *
                      0x1p-16;
        s1 += 2 * dv1;
        s2 += 2 * dv2;
        of_e += fabs(e);
        of_s1 += fabs(s1);
        of_s2 += fabs(s2);
    }
    return ldexp(fmax(fmax(of_e, of_mix), fmax(of_s1, of_s2)), -b.input_shift);
}
#endif

/* One on the resonance of the slowest filters, where rounding hurts most; -10 dBFS each, just below full
 * scale together. */
static const double tones[3] = {30, 997, 7919};

static double three_tones(double rate, size_t n) {
    double sum = 0;
    for (unsigned i = 0; i < 3; i++)
        sum += sin(2 * M_PI * fmod(tones[i] / rate * (double)n, 1));
    return rint(sum * 0.316227766 * 0x1p23) * 0x1p-23;
}

static void noise(double rate, const struct band_design *design) {
    const struct band band = quantised(design);
    const struct band_design d = held(&band);
    const size_t count = (size_t)(4 * rate);
    sample_t *samples = calloc(count, sizeof *samples);
    for (size_t n = 0; n < count; n++)
        samples[n] = from_double(three_tones(rate, n));
    run(&band, &(struct band_state){0}, samples, count);
    long double s1 = 0, s2 = 0, sum = 0;
    for (size_t n = 0; n < count; n++) {
        const long double in = three_tones(rate, n), v3 = in - s2;
        const long double dv1 = d.a1m1 * s1 + d.a2 * v3, dv2 = d.a2 * s1 + d.a3 * v3;
        const long double out = d.m0 * in + d.m1 * (s1 + dv1) + d.m2 * (s2 + dv2);
        s1 += 2 * dv1;
        s2 += 2 * dv2;
        sum += (to_double(samples[n]) - out) * (to_double(samples[n]) - out);
    }
    free(samples);
    printf("%.3f\n", (double)(10 * log10l(sum / (long double)count)));
}

static void read_frequencies(const char *text) {
    char *next;
    frequencies = (unsigned)strtoul(text, &next, 10);
    for (unsigned f = 0; f < frequencies && f < FREQUENCIES_MAX; f++)
        frequency[f] = strtod(next, &next);
    printf("\n");
}

int main(void) {
    static char line[16384];
    while (fgets(line, sizeof line, stdin)) {
        struct band_design d;
        double rate;
        if (!strncmp(line, "frequencies ", 12)) {
            read_frequencies(line + 12);
        } else if (sscanf(line, "held %lf %lf %lf %lf %lf %lf", &d.a1m1, &d.a2, &d.a3, &d.m0, &d.m1, &d.m2) ==
                   6) {
            const struct band band = quantised(&d);
            const struct band_design h = held(&band);
            printf("%.17g %.17g %.17g %.17g %.17g %.17g\n", h.a1m1, h.a2, h.a3, h.m0, h.m1, h.m2);
        } else if (sscanf(line, "played %lf %lf %lf %lf %lf %lf", &d.a1m1, &d.a2, &d.a3, &d.m0, &d.m1,
                          &d.m2) == 6) {
            played(&d);
#if defined(DSPI_RP2040)
        } else if (sscanf(line, "headroom %lf %lf %lf %lf %lf %lf", &d.a1m1, &d.a2, &d.a3, &d.m0, &d.m1,
                          &d.m2) == 6) {
            printf("%.6f\n", headroom(&d));
#endif
        } else if (sscanf(line, "noise %lf %lf %lf %lf %lf %lf %lf", &rate, &d.a1m1, &d.a2, &d.a3, &d.m0,
                          &d.m1, &d.m2) == 7) {
            noise(rate, &d);
        } else {
            fprintf(stderr, "kernels: unknown command: %s", line);
            return 1;
        }
    }
    return 0;
}
