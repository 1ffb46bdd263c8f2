/* The master clock of I2S converters: a machine of PIO 1 that nothing feeds. */
#ifndef DSPI_RP2_MCK_H
#define DSPI_RP2_MCK_H

#include <stdint.h>

#define MCK_MACHINE 1 /* of PIO 1 */

/* 128 or 256 x the rate in Hz, two cycles a period; 0 is off. */
void mck_set(unsigned multiplier, uint32_t rate);
unsigned mck_multiplier(void);

/* A stream of another rate begins. */
void mck_follow(uint32_t rate);

#endif
