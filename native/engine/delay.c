#include "delay.h"

void delay_clear(struct delay_line *line) {
    line->filled = 0;
}

/* The sample of `frames` ago; the newest, `in`, is not in the line yet, so that 0 and the line's length both
 * work. */
static sample_t tap(const struct delay_line *line, uint32_t frames, sample_t in) {
    if (frames == 0) return in;
    if (frames > line->filled) return 0;
    return line->sample[(line->next - frames) % ENGINE_DELAY_MAX];
}

static void push(struct delay_line *line, sample_t in) {
    line->sample[line->next] = in;
    line->next = (line->next + 1) % ENGINE_DELAY_MAX;
    if (line->filled < ENGINE_DELAY_MAX) line->filled++;
}

void delay_run(struct delay_line *line, uint32_t from, uint32_t to, const struct glide *glide,
               sample_t *samples, unsigned frames) {
    const bool moving = glide->active && from != to;
    for (unsigned n = 0; n < frames; n++) {
        const sample_t in = samples[n];
        const sample_t out = tap(line, to, in);
        samples[n] = moving ? sample_between(tap(line, from, in), out, glide->weight[n]) : out;
        push(line, in);
    }
}
