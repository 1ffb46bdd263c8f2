/* What the firmware leaves behind when it has crashed or hung: a record that outlives the reset that follows.
 */
#ifndef DSPI_RP2_FAULT_H
#define DSPI_RP2_FAULT_H

/* At boot: logs what ended the run before this one, if anything did, and starts the watchdog. */
void fault_init(void);

/* From the thread, at least every 8 s; a thread that hangs longer is ended by a reset. */
void fault_alive(void);

#endif
