#include "packing.h"

/* As passes of their own, so that nothing is asked per sample in the far longer time between glides. */
static void scale_gliding(sample_t *samples, gain_t from, gain_t to, const weight_t *weight,
                          unsigned frames) {
    for (unsigned n = 0; n < frames; n++)
        samples[n] = sample_scale(samples[n], gain_between(from, to, weight[n]));
}

static void unpack_16(const uint8_t *p, gain_t gain, sample_t *samples, unsigned frames) {
    for (unsigned n = 0; n < frames; n++, p += 2 * DSPI_INPUTS)
        samples[n] = sample_scale(sample_from_16((int16_t)(p[0] | p[1] << 8)), gain);
}

static void unpack_24(const uint8_t *p, gain_t gain, sample_t *samples, unsigned frames) {
    UNROLLED
    for (unsigned n = 0; n < frames; n++, p += 3 * DSPI_INPUTS) {
        const uint32_t high = (uint32_t)p[0] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 24;
        samples[n] = sample_scale(sample_from_24((int32_t)high >> 8), gain);
    }
}

void unpack(const uint8_t *packet, unsigned bytes_per_sample, unsigned input, gain_t from, gain_t to,
            const struct glide *glide, sample_t *samples, unsigned frames) {
    const bool gliding = glide->active && from != to;
    const gain_t gain = gliding ? gain_from_double(1) : to;
    if (bytes_per_sample == 2)
        unpack_16(packet + 2 * input, gain, samples, frames);
    else
        unpack_24(packet + 3 * input, gain, samples, frames);
    if (gliding) scale_gliding(samples, from, to, glide->weight, frames);
}

static inline __attribute__((always_inline)) sample_t convert(const sample_t *samples, gain_t gain,
                                                              enum precision precision, int32_t *out,
                                                              unsigned frames) {
    sample_t peak = 0;
    UNROLLED
    for (unsigned n = 0; n < frames; n++) {
        const sample_t x = sample_scale(samples[n], gain);
        peak = sample_louder(peak, x);
        out[n] = precision == PRECISION_24 ? sample_to_24(x) : sample_to_28(x);
    }
    return peak;
}

sample_t deliver(sample_t *samples, gain_t from, gain_t to, const struct glide *glide,
                 enum precision precision, int32_t *out, unsigned frames) {
    const bool gliding = glide->active && from != to;
    const gain_t gain = gliding ? gain_from_double(1) : to;
    if (gliding) scale_gliding(samples, from, to, glide->weight, frames);
    return precision == PRECISION_24 ? convert(samples, gain, PRECISION_24, out, frames)
                                     : convert(samples, gain, PRECISION_28, out, frames);
}
