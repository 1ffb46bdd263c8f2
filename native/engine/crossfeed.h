/*
 * Crossfeed by one filter: of what differs between left and right. What they share never meets it, so a mono
 * signal passes untouched whatever the filter.
 */
#ifndef DSPI_CROSSFEED_H
#define DSPI_CROSSFEED_H

#include "equaliser.h"

/* left - right becomes what `to` makes of it, left + right stays; in place. */
void crossfeed_run(struct equaliser *, struct bands from, struct bands to, const struct glide *,
                   sample_t samples[DSPI_INPUTS][ENGINE_FRAMES_MAX], unsigned frames);

#endif
