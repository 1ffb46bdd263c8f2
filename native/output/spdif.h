/*
 * S/PDIF encoder (IEC 60958, consumer): 24-bit samples in, line levels out, one bit per half-bit of the line.
 *
 * A frame is SPDIF_FRAME_WORDS words: two of the left subframe, two of the right; the least significant bit
 * goes first. Even parity (IEC 60958-1) ends every subframe at level 0, which is where the next begins.
 * Integer arithmetic: the same bits on every host. No heap: the caller owns the state.
 */
#ifndef DSPI_SPDIF_H
#define DSPI_SPDIF_H

#include <stdint.h>

#define SPDIF_FRAME_WORDS  4
#define SPDIF_BLOCK_FRAMES 192

struct spdif {
    uint32_t status[2][SPDIF_BLOCK_FRAMES / 32]; /* channel status of left and right, first bit in bit 0 */
    unsigned frame;                              /* of the block, that comes next */
};

/* At the beginning of a block, with the channel status for a rate in Hz. */
void spdif_init(struct spdif *, uint32_t rate);

/* Encodes `frames` samples of -2^23 ... 2^23 - 1 a channel into frames * SPDIF_FRAME_WORDS words. */
void spdif_encode(struct spdif *, const int32_t *left, const int32_t *right, unsigned frames,
                  uint32_t *words);

#endif
