/* The two ends of the signal path: from the bytes of a USB packet, and to whole numbers. */
#ifndef DSPI_PACKING_H
#define DSPI_PACKING_H

#include "glide.h"

/* One input of a packet of interleaved frames, with a gain that moves while gliding. */
void unpack(const uint8_t *packet, unsigned bytes_per_sample, unsigned input, gain_t from, gain_t to,
            const struct glide *, sample_t *samples, unsigned frames);

/* How many bits a sample of full scale has, its sign included. */
enum precision { PRECISION_24, PRECISION_28 };

/* An output with its gain, as whole numbers; `samples` are changed. The largest magnitude, gain included. */
sample_t deliver(sample_t *samples, gain_t from, gain_t to, const struct glide *, enum precision,
                 int32_t *out, unsigned frames);

#endif
