/* The board's LED: blinks until a host has configured the device, flashes while it waits, is dark for moments
 * while it plays, flickers while the application is down. */
#ifndef DSPI_RP2_HEARTBEAT_H
#define DSPI_RP2_HEARTBEAT_H

#include <stdbool.h>

void heartbeat_init(void);

/* Whether the application is down, from now on. */
void heartbeat_alarm(bool down);

/* From the thread, as often as it comes by: a thread that hangs leaves the LED as it is. */
void heartbeat_show(void);

#endif
