/* How full the rings are and have been, as hosts are told (request 0xB0): as if of 16 buffers. */
#ifndef DSPI_RP2_FIGURES_H
#define DSPI_RP2_FIGURES_H

#include "../../../native/output/fill.h"

#define FIGURES_BUFFERS 16

/* Buffers that are full. */
unsigned figures_filled(void);

/* Percent, since the last reset. */
const struct fill *figures_slots(void);
const struct fill *figures_pdm(void);
void figures_reset(void);

/* After every packet. */
void figures_sample(void);

#endif
