/*
 * The bands of one channel. While they change, the old ones and the new ones run side by side and are
 * cross-faded: whatever changed, the output moves straight from what it was to what it will be. That costs
 * twice as much, so they change in one glide or in several, from the first band to the last.
 */
#ifndef DSPI_EQUALISER_H
#define DSPI_EQUALISER_H

#include "glide.h"

struct equaliser {
    struct band_state state[DSPI_BANDS];
    struct band_state old[DSPI_BANDS]; /* of the bands that are fading out */
    uint32_t changing;                 /* bits of the first to the last band that changes */
    uint32_t waiting;                  /* bits of those that will, and are the old ones until then */
};

/* The bands of a channel in one settings, and which of them run. */
struct bands {
    const struct band *band;
    uint32_t active;
};

/* At rest, and in no glide. */
void equaliser_clear(struct equaliser *);

/* What differs waits. */
void equaliser_compare(struct equaliser *, struct bands from, struct bands to);

/* Of what waits, the bits of `bands` begin to change: they are below all others that wait. */
void equaliser_begin_glide(struct equaliser *, struct bands from, struct bands to, uint32_t bands);
void equaliser_end_glide(struct equaliser *);

/* Filters `samples` in place. */
void equaliser_run(struct equaliser *, struct bands from, struct bands to, const struct glide *,
                   sample_t *samples, unsigned frames);

#endif
