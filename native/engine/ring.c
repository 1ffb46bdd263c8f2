#include "ring.h"

#include <string.h>

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

/* What comes out is read before what goes in is written: they are the same place when the ring is full. */
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

static unsigned least(unsigned a, unsigned b) {
    return a < b ? a : b;
}

/* The part of `samples`, from the first, in which the ring does not come round; its length. */
static unsigned delay_part(const struct ring *ring, sample_t *memory, uint32_t length, uint32_t delay,
                           sample_t *samples, unsigned frames) {
    const uint32_t next = ring->next, oldest = next >= delay ? next - delay : next + length - delay;
    unsigned part = least(frames, length - next);
    if (delay == 0) {
        copy(samples, &memory[next], part);
    } else if (ring->filled < delay) {
        part = least(part, delay - ring->filled);
        copy(samples, &memory[next], part);
        memset(samples, 0, part * sizeof *samples);
    } else {
        part = least(part, length - oldest);
        exchange(samples, &memory[oldest], &memory[next], delay, part);
    }
    return part;
}

struct ring ring_delay(struct ring ring, sample_t *memory, uint32_t length, uint32_t delay, sample_t *samples,
                       unsigned frames) {
    while (frames > 0) {
        const unsigned part = delay_part(&ring, memory, length, delay, samples, frames);
        ring_advance(&ring, length, part);
        samples += part;
        frames -= part;
    }
    return ring;
}
