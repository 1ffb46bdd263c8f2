/*
 * Every change of sound is a glide: about 35 ms in which all that differs between two settings moves along
 * one smooth curve, gains by themselves, filters and delays by cross-fading; or several, one after the other
 * (portion.h), when there are too many filters. There is one glide at a time; the next change waits for the
 * end of this one, and only the newest of those that wait is taken: a knob turned quickly is followed in
 * smooth pieces.
 */
#ifndef DSPI_GLIDE_H
#define DSPI_GLIDE_H

#include "arithmetic.h"

struct glide {
    bool active;
    uint32_t position, length;          /* frames */
    uint32_t elapsed;                   /* frames before this packet, since all began afresh */
    weight_t weight[ENGINE_FRAMES_MAX]; /* of this packet's frames */
};

void glide_start(struct glide *, uint32_t rate);

/* For a fade out of, or into, silence, and for what remains of a change in several glides: 8 ms. */
void glide_start_short(struct glide *, uint32_t rate);

/* Makes the weights of the packet's frames, while active; the position stays at the packet's first frame. */
void glide_packet(struct glide *, unsigned frames);

/* To the end of the packet. */
void glide_advance(struct glide *, unsigned frames);

static inline bool glide_arrived(const struct glide *glide) {
    return glide->position >= glide->length;
}

#endif
