/*
 * CPU load as the firmware tells it, by outputs and bands: a model, not a measurement, since virtual time
 * must give the same figures on every machine. Its costs are what emulated chips told, of 307,200 cycles a
 * ms.
 */
#ifndef DSPI_DESKTOP_LOAD_H
#define DSPI_DESKTOP_LOAD_H

struct engine;

/* Percent of core 0 or 1, when every ms brings a packet of `frames` frames. */
unsigned load_percent(const struct engine *, unsigned core, unsigned frames);

#endif
