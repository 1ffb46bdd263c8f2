/* What has to be done in time without a packet: every ms, and when lines join others. */
#ifndef DSPI_RP2_TICK_H
#define DSPI_RP2_TICK_H

#include <stdbool.h>

/* Its interrupts come from then on when they are allowed, at the priority of audio. */
void tick_init(void);
void tick_allow(bool);

#endif
