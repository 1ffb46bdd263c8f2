/* How busy the cores are, by the time in which they have nothing to do. */
#ifndef DSPI_RP2_LOAD_H
#define DSPI_RP2_LOAD_H

#include <stdint.h>

/* To be called by either core, instead of WFI and WFE: waits for an interrupt or an event, and counts that as
 * rest. */
void load_wait_for_interrupt(void);
void load_wait_for_event(void);

/* Microseconds that core 1 has rested in another way. */
void load_rested(uint32_t us);

/* At every tick. */
void load_show(void);

/* Of a core, percent. */
unsigned load_percent(unsigned core);

#endif
