#include "delay.h"

#include <string.h>

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

static void advance(struct delay_line *line, unsigned frames) {
    line->next = (line->next + frames) % ENGINE_DELAY_MAX;
    line->filled = line->filled + frames < ENGINE_DELAY_MAX ? line->filled + frames : ENGINE_DELAY_MAX;
}

static void run_gliding(struct delay_line *line, uint32_t from, uint32_t to, const weight_t *weight,
                        sample_t *samples, unsigned frames) {
    for (unsigned n = 0; n < frames; n++) {
        const sample_t in = samples[n];
        samples[n] = sample_between(tap(line, from, in), tap(line, to, in), weight[n]);
        line->sample[line->next] = in;
        advance(line, 1);
    }
}

static unsigned least(unsigned a, unsigned b) {
    return a < b ? a : b;
}

/* Moved by four: one instruction loads or stores them on either chip. */
struct four {
    sample_t sample[4];
};

static void copy(const sample_t *from, sample_t *to, unsigned frames) {
    unsigned n = 0;
    for (; n + 4 <= frames; n += 4)
        *(struct four *)&to[n] = *(const struct four *)&from[n];
    for (; n < frames; n++)
        to[n] = from[n];
}

/* What comes out is read before what goes in is written: they are the same place when the line is full. */
static void exchange(sample_t *samples, const sample_t *oldest, sample_t *next, uint32_t delay,
                     unsigned frames) {
    unsigned n = 0;
    for (; n + 4 <= frames && delay >= 4; n += 4) {
        const struct four in = *(struct four *)&samples[n];
        *(struct four *)&samples[n] = *(const struct four *)&oldest[n];
        *(struct four *)&next[n] = in;
    }
    for (; n < frames; n++) {
        const sample_t in = samples[n];
        samples[n] = oldest[n];
        next[n] = in;
    }
}

/* The part of a packet, from its first sample, in which neither end of the line comes up; its length. */
static unsigned run_part(struct delay_line *line, uint32_t delay, sample_t *samples, unsigned frames) {
    const uint32_t next = line->next, oldest = (next - delay) % ENGINE_DELAY_MAX;
    unsigned part = least(frames, ENGINE_DELAY_MAX - next);
    if (delay == 0) {
        copy(samples, &line->sample[next], part);
    } else if (line->filled < delay) {
        part = least(part, delay - line->filled);
        copy(samples, &line->sample[next], part);
        memset(samples, 0, part * sizeof *samples);
    } else {
        part = least(part, ENGINE_DELAY_MAX - oldest);
        exchange(samples, &line->sample[oldest], &line->sample[next], delay, part);
    }
    return part;
}

void delay_run(struct delay_line *line, uint32_t from, uint32_t to, const struct glide *glide,
               sample_t *samples, unsigned frames) {
    if (glide->active && from != to) {
        run_gliding(line, from, to, glide->weight, samples, frames);
        return;
    }
    while (frames > 0) {
        const unsigned part = run_part(line, to, samples, frames);
        advance(line, part);
        samples += part;
        frames -= part;
    }
}
