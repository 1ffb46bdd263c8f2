/* Which pin carries what: state machines and pins as the application wants them (native/xs/host.h). */
#ifndef DSPI_RP2_OUTPUTS_H
#define DSPI_RP2_OUTPUTS_H

/* Loads the programs. */
void outputs_init(void);

#endif
