/* Delay by a ring of samples, whose memory and length the caller keeps. */
#ifndef DSPI_RING_H
#define DSPI_RING_H

#include "arithmetic.h"

struct ring {
    uint32_t next;   /* where the next sample goes */
    uint32_t filled; /* how many of the samples before it are its own: what is older reads as silence */
};

/* The sample of `delay` ago, 0 ... length; the newest, `in`, is not in the ring yet, so that both ends work.
 */
static inline sample_t ring_tap(const struct ring *ring, const sample_t *memory, uint32_t length,
                                uint32_t delay, sample_t in) {
    if (delay == 0) return in;
    if (delay > ring->filled) return 0;
    return memory[ring->next >= delay ? ring->next - delay : ring->next + length - delay];
}

static inline void ring_advance(struct ring *ring, uint32_t length, unsigned frames) {
    const uint32_t next = ring->next + frames, filled = ring->filled + frames;
    ring->next = next < length ? next : next - length;
    ring->filled = filled < length ? filled : length;
}

/* Delays `samples` in place by 0 ... length; where the ring then stands. `frames` is at most its length. */
struct ring ring_delay(struct ring, sample_t *memory, uint32_t length, uint32_t delay, sample_t *samples,
                       unsigned frames);

#endif
