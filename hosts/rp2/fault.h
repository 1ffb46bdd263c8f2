/* What the firmware leaves behind when it has crashed or hung: a record that outlives the reset that follows.
 */
#ifndef DSPI_RP2_FAULT_H
#define DSPI_RP2_FAULT_H

#include <stdbool.h>

/* At boot: logs what ended the run before this one, if anything did, and starts the watchdog. */
void fault_init(void);

/* Whether each of the last starts has ended so within seconds: an application that is not started leaves a
 * device that a host can reach. The same until the next reset or 10 s later. */
bool fault_is_lasting(void);

/* From the thread, at least every 8 s; a thread that hangs longer is ended by a reset. */
void fault_alive(void);

#endif
