/*
 * How much of a change fits into one glide. A band that changes runs twice, so a glide of all bands may take
 * more time than a packet has; then the change is made in several, one after the other, and sound goes on.
 * A step of it is a band of two equalisers: of left and right, which stay alike, and whose work both cores
 * share. First come the inputs, band by band, then the outputs' pairs, then what follows by number.
 *
 * It is reckoned from settings and rate, never from what was measured: a chip and its simulator send the
 * same.
 */
#ifndef DSPI_PORTION_H
#define DSPI_PORTION_H

#include "pipeline.h"

#define PORTION_STEPS (EQUALISERS / 2 * DSPI_BANDS)

_Static_assert(EQUALISERS % 2 == 0, "two equalisers a step");

/* The steps, from the first, whose bands may begin to change, of those that wait. */
unsigned portion_of(const struct engine *, const struct settings *from, const struct settings *to);

/* Whether from one leveller to the other, which cannot be divided, a glide takes more time than there is. */
bool portion_lacks_time(uint32_t rate, const struct settings *from, const struct settings *to);

/* The bits of an equaliser's bands in the first steps. */
static inline uint32_t portion_bands(unsigned steps, unsigned equaliser) {
    const unsigned before = equaliser / 2 * DSPI_BANDS;
    return steps <= before ? 0 : steps - before >= DSPI_BANDS ? ~0u : (1u << (steps - before)) - 1;
}

/* Whether an equaliser runs. */
static inline bool is_heard(const struct settings *settings, unsigned equaliser) {
    return equaliser < DSPI_INPUTS || equaliser >= DSPI_CHANNELS ||
           settings->enabled[equaliser - DSPI_INPUTS];
}

#endif
