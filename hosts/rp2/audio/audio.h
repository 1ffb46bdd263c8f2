/* The way of the samples, in interrupts and on core 1 alone: isochronous packets -> engine -> outputs. */
#ifndef DSPI_RP2_AUDIO_H
#define DSPI_RP2_AUDIO_H

#include <stddef.h>
#include <stdint.h>

#include "../../../native/usb/audio_class.h"
#include "../../../native/usb/counters.h"
#include "../../../native/usb/host_clock.h"

struct audio {
    struct engine *engine;
    struct audio_class class;
    struct counters counters;
    struct host_clock host_clock;
};

extern struct audio audio;

void audio_init(void);

/* The stream has started, stopped or changed its rate: the lines rest until its first packet. */
void audio_restart(void);

/* Between these no interrupt of the audio world comes. Neither may interrupt the other's caller. */
void audio_hold(void);
void audio_release(void);

void audio_clear_starvations(void);

/* For the USB interrupt: the host's next frame has started. */
void audio_take_frame(uint32_t number);

/* For the USB interrupt: the packet that was received into packets_buffer(). */
void audio_take_packet(size_t bytes);

#endif
