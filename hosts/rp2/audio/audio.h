/* The way of the samples, in interrupts alone: isochronous packets -> engine -> outputs. */
#ifndef DSPI_RP2_AUDIO_H
#define DSPI_RP2_AUDIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../../native/output/fill.h"
#include "../../../native/usb/audio_class.h"
#include "../../../native/usb/counters.h"

struct audio {
    struct engine *engine;
    struct audio_class class;
    struct counters counters;
};

extern struct audio audio;

void audio_init(void);

/* The stream has started, stopped or changed its rate: the lines rest until its first packet. */
void audio_restart(void);

/* Between these the lines rest, and may be set up. Neither may interrupt the other's caller. */
void audio_pause(void);
void audio_continue(void);

/* Stops one line while the others go on. */
void audio_leave_line(unsigned slot);

void audio_clear_starvations(void);

/* Of core 0, percent. */
unsigned audio_load(void);

/* How many of the 16 buffers that a ring counts as are full, and how full they have been. */
#define AUDIO_BUFFERS 16
unsigned audio_buffers_filled(void);
const struct fill *audio_slot_fill(void);
const struct fill *audio_pdm_fill(void);
void audio_reset_fills(void);

/* --- for the USB interrupt --- */

/* Where the next packet goes. */
uint8_t *audio_packet_buffer(void);
void audio_take_packet(uint8_t *packet, size_t bytes);

/* Frames per ms the host is to send, 10.14. */
uint32_t audio_feedback(void);

#endif
