/* Core 1: it shares the engine's work on every packet, and modulates for the PDM pin. */
#ifndef DSPI_RP2_CORE1_H
#define DSPI_RP2_CORE1_H

/* Starts it, when all that it works on has been set up. */
void core1_start(void);

#endif
