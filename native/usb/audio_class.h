/* The device side of USB Audio Class 1.0: mute, volume, sampling frequency, alternate settings, packets. */
#ifndef DSPI_USB_AUDIO_CLASS_H
#define DSPI_USB_AUDIO_CLASS_H

#include "setup.h"

struct engine;

struct audio_class {
    struct engine *engine;
    uint32_t rate;      /* Hz, as the host last asked for it */
    int16_t volume;     /* 1/256 dB, as sent */
    uint8_t mute;       /* as sent */
    uint8_t alternate;  /* of the streaming interface: 0 zero bandwidth, 1 16-bit, 2 24-bit */
    uint32_t malformed; /* packets that were no whole number of frames, or too many */
};

/* Power-on: 44.1 kHz, 0 dB, not muted, zero bandwidth. */
void audio_class_init(struct audio_class *, struct engine *);

/* 44100, 48000 or 96000: what the engine makes of the rate that was asked for. */
uint32_t audio_class_engine_rate(const struct audio_class *);

/* Answers a class request that is IN: at most 3 bytes; returns their number or USB_STALL. */
int audio_class_get(const struct audio_class *, const struct usb_setup *, uint8_t answer[3]);

/* Whether the data stage of a class request that is OUT is wanted; otherwise it stalls. */
bool audio_class_accepts(const struct usb_setup *);

/* Takes the data stage, wLength bytes, of an accepted request; one too short for its control changes nothing.
 */
void audio_class_set(struct audio_class *, const struct usb_setup *, const uint8_t *data);

/* GET_INTERFACE and SET_INTERFACE; the latter returns whether it was done. */
int audio_class_get_alternate(const struct audio_class *, unsigned interface);
bool audio_class_set_alternate(struct audio_class *, unsigned interface, unsigned alternate);

/* Bytes of a sample in the current alternate setting; 0 while it has no bandwidth. */
unsigned audio_class_bytes_per_sample(const struct audio_class *);

/* Whole frames in an isochronous packet, at most ENGINE_FRAMES_MAX; what is over is counted as malformed. */
unsigned audio_class_frames(struct audio_class *, size_t packet_bytes);

#endif
