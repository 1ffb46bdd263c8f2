/*
 * Levels as binary logarithms of amplitude, in 2^-24 of an octave (6.02 dB): whole numbers, so that both
 * chips and every host reckon alike. By shifting and adding alone (Briggs, 1624): no table of logarithms to
 * look up, no multiplication.
 */
#ifndef DSPI_OCTAVES_H
#define DSPI_OCTAVES_H

#include <stdint.h>

typedef int32_t octaves_t;

#define OCTAVE (INT32_C(1) << 24)

/* How far the functions below may be off. */
#define OCTAVES_ERROR 4

/* log2 x; of 0, as of 2^-64. */
octaves_t octaves_of(uint64_t x);

/* 2^octaves in 2^-24, 0 ... 2^31 - 1. */
int32_t octaves_to_q24(octaves_t octaves);

/* From dB, limited to what 32 bits hold with room for sums; for staging. */
octaves_t octaves_from_decibels(double decibels);

#endif
