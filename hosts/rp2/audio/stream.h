/*
 * The course of a stream: packets become what the lines send, which start with the second of them; what fails
 * to come is silence. For the audio interrupt; the control world may call it only where that is kept off.
 */
#ifndef DSPI_RP2_STREAM_H
#define DSPI_RP2_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "lines.h"
#include "packets.h"

#define STREAM_TARGET_MS 3                 /* of sound in the rings when a packet comes */
#define STREAM_CAPACITY  (LINE_FRAMES - 8) /* frames: 5.25 ms at 96 kHz */

/* Stops the lines, until the next packet. */
void stream_stop(void);

/* At the rate's own pace again; packets that are waiting belong to what was before. */
void stream_start_over(void);

/* One line leaves, while the others go on. */
void stream_leave_line(unsigned slot);

void stream_play(const struct usb_packet *);

/* At every tick: before the rings run dry, silence. */
void stream_keep_filled(void);

/* Whether the lines send; and whether it is what packets have brought. */
bool stream_is_running(void);
bool stream_is_fed(void);

/* Frames in the rings after the last packet; frames of so many ms. */
unsigned stream_fill(void);
unsigned stream_frames(unsigned ms);

/* Frames per ms that the host is to send, 10.14. */
uint32_t stream_feedback(void);

#endif
