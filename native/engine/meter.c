#include "meter.h"

sample_t peak_of(const sample_t *samples, unsigned frames) {
    sample_t peak = 0;
    UNROLLED
    for (unsigned n = 0; n < frames; n++)
        peak = sample_louder(peak, samples[n]);
    return peak;
}

static uint32_t load(const _Atomic uint32_t *word) {
    return atomic_load_explicit(word, memory_order_relaxed);
}

static void store(_Atomic uint32_t *word, uint32_t value) {
    atomic_store_explicit(word, value, memory_order_relaxed);
}

void meter_show(struct meter *meter, unsigned channel, sample_t peak) {
    atomic_store_explicit(&meter->peak[channel], peak_to_meter(peak), memory_order_relaxed);
    if (peak_clips(peak)) store(&meter->clipped[channel], load(&meter->clipped[channel]) + 1);
}

uint16_t meter_clips(const struct meter *meter) {
    unsigned flags = 0;
    for (unsigned channel = 0; channel < DSPI_CHANNELS; channel++)
        if (load(&meter->clipped[channel]) != load(&meter->acknowledged[channel])) flags |= 1u << channel;
    return (uint16_t)flags;
}

uint16_t meter_clear_clips(struct meter *meter) {
    unsigned flags = 0;
    for (unsigned channel = 0; channel < DSPI_CHANNELS; channel++) {
        const uint32_t clipped = load(&meter->clipped[channel]);
        if (clipped != load(&meter->acknowledged[channel])) flags |= 1u << channel;
        store(&meter->acknowledged[channel], clipped);
    }
    return (uint16_t)flags;
}
