/*
 * I2S encoder: 24-bit samples in, 32-bit words out, left and right of each frame in turn; the sample is at
 * the top of its word and the most significant bit goes first. That the first bit comes one bit clock after
 * the word clock, as Philips has it, is the PIO program's work.
 */
#ifndef DSPI_I2S_H
#define DSPI_I2S_H

#include <stdint.h>

#define I2S_FRAME_WORDS 2

/* Encodes `frames` samples of -2^23 ... 2^23 - 1 a channel into frames * I2S_FRAME_WORDS words. */
void i2s_encode(const int32_t *left, const int32_t *right, unsigned frames, uint32_t *words);

#endif
