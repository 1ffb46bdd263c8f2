#include "delay.h"

void delay_clear(struct delay_line *line) {
    line->ring.filled = 0;
}

static void run_gliding(struct delay_line *line, uint32_t from, uint32_t to, const weight_t *weight,
                        sample_t *samples, unsigned frames) {
    for (unsigned n = 0; n < frames; n++) {
        const sample_t in = samples[n];
        samples[n] = sample_between(ring_tap(&line->ring, line->sample, ENGINE_DELAY_MAX, from, in),
                                    ring_tap(&line->ring, line->sample, ENGINE_DELAY_MAX, to, in), weight[n]);
        line->sample[line->ring.next] = in;
        ring_advance(&line->ring, ENGINE_DELAY_MAX, 1);
    }
}

void delay_run(struct delay_line *line, uint32_t from, uint32_t to, const struct glide *glide,
               sample_t *samples, unsigned frames) {
    if (glide->active && from != to)
        run_gliding(line, from, to, glide->weight, samples, frames);
    else
        line->ring = ring_delay(line->ring, line->sample, ENGINE_DELAY_MAX, to, samples, frames);
}
