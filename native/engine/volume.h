/* The host's volume as a linear gain. */
#ifndef DSPI_VOLUME_H
#define DSPI_VOLUME_H

#include <stdint.h>

/* From 1/256 dB to a gain of 2^31 = 1.0: that at 0 dB and above, 0 at -60 dB and below. */
uint32_t volume_to_q31(int16_t volume);

#endif
