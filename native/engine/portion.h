/*
 * How much of a change fits into one glide. A band that changes runs twice, and routes and delays that do
 * take more time, too: a glide of all may take more than a packet has. Then the change is made in several,
 * one after the other, and sound goes on. A step of it is a band of two equalisers, the routes or the delays
 * of two outputs: of left and right, which stay alike, and whose work both cores share. First come gains, and
 * the inputs, band by band, then the outputs' pairs, then what follows by number.
 *
 * It is reckoned from settings and rate, never from what was measured: a chip and its simulator send the
 * same.
 */
#ifndef DSPI_PORTION_H
#define DSPI_PORTION_H

#include "pipeline.h"

#define PAIR_STEPS    (DSPI_BANDS + 2) /* its bands, its routes, its delays */
#define PORTION_STEPS (EQUALISERS / 2 * PAIR_STEPS)

_Static_assert(EQUALISERS % 2 == 0, "two equalisers a step");

struct portion {
    unsigned steps; /* from the first, that may begin to change what of them waits */
    bool fits;      /* or else even a single step takes more time than there is */
};

struct portion portion_of(const struct engine *, const struct settings *from, const struct settings *to);

/* Whether from one leveller to the other, which cannot be divided, a glide takes more time than there is. */
bool portion_lacks_time(const struct engine *, const struct settings *from, const struct settings *to);

/* The bits of an equaliser's bands in the first steps. */
static inline uint32_t portion_bands(unsigned steps, unsigned equaliser) {
    const unsigned before = equaliser / 2 * PAIR_STEPS;
    return steps <= before ? 0 : steps - before >= DSPI_BANDS ? ~0u : (1u << (steps - before)) - 1;
}

/* The bits of the outputs' routes and delays in the first steps. */
static inline uint32_t portion_routes(unsigned steps) {
    const unsigned routes = (steps + 1) / PAIR_STEPS * 2, delays = steps / PAIR_STEPS * 2;
    return (ROUTE_BIT(routes) - 1) >> DSPI_INPUTS | (ROUTE_BIT(delays) - 1) >> DSPI_INPUTS << 16;
}

/* Whether an equaliser runs. */
static inline bool is_heard(const struct settings *settings, unsigned equaliser) {
    return equaliser < DSPI_INPUTS || equaliser >= DSPI_CHANNELS ||
           settings->enabled[equaliser - DSPI_INPUTS];
}

#endif
