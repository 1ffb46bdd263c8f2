/*
 * Peaks and clip flags, written by the audio side and read from anywhere. A flag stands while a channel's
 * count of clipped packets differs from the count last acknowledged: each side writes only its own, so no
 * clip is lost.
 */
#ifndef DSPI_METER_H
#define DSPI_METER_H

#include <stdatomic.h>

#include "arithmetic.h"

struct meter {
    _Atomic uint16_t peak[DSPI_CHANNELS];
    _Atomic uint32_t clipped[DSPI_CHANNELS];      /* packets, written by the audio side */
    _Atomic uint32_t acknowledged[DSPI_CHANNELS]; /* of those, written by the control side */
};

/* The largest magnitude of a packet. */
sample_t peak_of(const sample_t *samples, unsigned frames);

/* Audio side: shows the peak of a channel's packet. */
void meter_show(struct meter *, unsigned channel, sample_t peak);

uint16_t meter_clips(const struct meter *);
uint16_t meter_clear_clips(struct meter *);

#endif
