/*
 * A ring in memory that a DMA channel sends from without end, word for word as a FIFO has room: the channel
 * goes once round it, and a second one makes it go again by writing its count.
 */
#ifndef DSPI_RP2_DMA_RING_H
#define DSPI_RP2_DMA_RING_H

#include <stdbool.h>
#include <stdint.h>

struct dma_ring {
    const void *memory; /* as much as its size, a power of 2, is it aligned to */
    uint32_t words;     /* DMA reads it */
    uint8_t data, again;
};

/* Claims its channels. */
void dma_ring_init(struct dma_ring *);

/* Starts to send to a FIFO, from a word of the ring on. `swap`: a word's first byte is its most significant.
 */
void dma_ring_start(struct dma_ring *, uint32_t word, volatile uint32_t *fifo, unsigned dreq, bool swap);
void dma_ring_stop(struct dma_ring *);

/* Words of the ring that have been read, below its size. */
uint32_t dma_ring_position(const struct dma_ring *);

#endif
