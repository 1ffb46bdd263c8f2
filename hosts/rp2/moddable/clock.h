/* The clocks for a firmware whose boot is the Moddable SDK's. */
#ifndef DSPI_RP2_CLOCK_H
#define DSPI_RP2_CLOCK_H

/* From 153.6 MHz to 307.2 MHz, with the flash at a quarter of that. Before anything is set up by the system's
 * clock. */
void clock_start(void);

#endif
