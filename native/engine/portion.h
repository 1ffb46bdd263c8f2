/*
 * How much of a change fits into one glide. A band that changes runs twice, so a glide of all bands may take
 * more time than a packet has; then the change is made in several, one after the other: the first bands of
 * all channels, the next ones, and so on, then loudness, then crossfeed. So left and right stay alike, and
 * sound goes on.
 *
 * It is reckoned from settings and rate, never from what was measured: a chip and its simulator send the
 * same.
 */
#ifndef DSPI_PORTION_H
#define DSPI_PORTION_H

#include "pipeline.h"

/*
 * The bands of all equalisers that may begin to change, of those that wait: those of equaliser i are its bits
 * from portion_shift(i) on.
 */
uint32_t portion_of(const struct engine *, const struct settings *from, const struct settings *to);

static inline unsigned portion_shift(unsigned equaliser) {
    return equaliser < DSPI_CHANNELS ? 0 : equaliser >= LOUDNESS ? DSPI_BANDS : DSPI_BANDS + ENGINE_LOUDNESS;
}

/* Whether an equaliser runs. */
static inline bool is_heard(const struct settings *settings, unsigned equaliser) {
    return equaliser < DSPI_INPUTS || equaliser >= DSPI_CHANNELS ||
           settings->enabled[equaliser - DSPI_INPUTS];
}

#endif
