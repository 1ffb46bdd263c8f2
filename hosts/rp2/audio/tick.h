/* What has to be done in time without a packet: every ms, and when lines join others. */
#ifndef DSPI_RP2_TICK_H
#define DSPI_RP2_TICK_H

#include <stdbool.h>
#include <stdint.h>

/* Its interrupts come from then on when they are allowed, at the priority of audio. */
void tick_init(void);
void tick_allow(bool);

/* How many there have been. */
uint32_t tick_count(void);

#endif
