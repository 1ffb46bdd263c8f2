/* A state machine that a DMA ring feeds: from rest to the moment at which it is enabled. */
#ifndef DSPI_RP2_MACHINE_H
#define DSPI_RP2_MACHINE_H

#include "dma_ring.h"
#include "hardware/pio.h"

#define MACHINE_FIFO_WORDS 8 /* joined */

/*
 * Stopped, at its program's beginning, with words of the ring from `word` on in its FIFO. The FIFO is emptied
 * before the machine forgets what it was at: of a word that it still found there nothing would rid it. Its
 * pins are 0, from where all programs begin: of a pin that was left at 1 receivers would miss the first edge.
 */
void machine_get_ready(PIO pio, unsigned machine, uint8_t start, uint32_t divider, struct dma_ring *,
                       uint32_t word, bool swap);

/* All at once. */
static inline void machines_enable(PIO pio, uint32_t machines) {
    hw_set_bits(&pio->ctrl, machines << PIO_CTRL_CLKDIV_RESTART_LSB | machines << PIO_CTRL_SM_ENABLE_LSB);
}

void machine_stop(PIO pio, unsigned machine, struct dma_ring *);

#endif
