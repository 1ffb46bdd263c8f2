/*
 * For hosts that do not follow the feedback: a packet is made one frame shorter or longer. All along the
 * packet it is cross-faded from the stream as it was to the stream a frame later or earlier, so that there is
 * no step anywhere.
 */
#ifndef DSPI_USB_SLIP_H
#define DSPI_USB_SLIP_H

#include <stdint.h>

/* Of a packet of interleaved little-endian stereo frames, 2 or 3 bytes a sample; returns its new number of
 * frames. One of less than 2 frames, or of ENGINE_FRAMES_MAX that is to be longer, stays as it is. */
unsigned slip_drop(uint8_t *packet, unsigned frames, unsigned bytes_per_sample);

/* There must be room for the frame that is added. */
unsigned slip_insert(uint8_t *packet, unsigned frames, unsigned bytes_per_sample);

#endif
