/*
 * Delta-sigma modulator for the subwoofer pin: 28-bit samples in, PDM_OVERSAMPLING bits per sample out.
 *
 * The mean of the pin is the signal. With a 1 counted as +1 and a 0 as -1, full scale is PDM_MODULATION, so
 * decode gain is 1 / PDM_MODULATION. Samples are joined by straight lines (-0.01 dB at 1 kHz, 48 kHz),
 * in steps of PDM_WORD_BITS. 28 bits: noise of 24 would be louder than the modulator's at low frequencies.
 * Integer arithmetic: the same bits on every host. No heap: the caller owns the state.
 */
#ifndef DSPI_PDM_H
#define DSPI_PDM_H

#include <stdbool.h>
#include <stdint.h>

#define PDM_OVERSAMPLING    256
#define PDM_FRAME_BYTES     (PDM_OVERSAMPLING / 8)
#define PDM_WORD_BITS       32
#define PDM_FULL_SCALE      134217728 /* 2^27 */
#define PDM_MODULATION      0.9       /* nearer to 1, the second-order loop is lost in overload */
#define PDM_IDLE_BYTE       0xAAu     /* what a stopped modulator sends: a mean of zero */
#define PDM_FADE_FRAMES     1024
#define PDM_SETTLING_FRAMES 1536 /* at most, from silence to the idle pattern */
#define PDM_LATENCY_FRAMES  1    /* a frame's bits lead up to its sample: the next frame's first bit has it */

struct pdm {
    int32_t sample;    /* the last one: where the line to the next begins */
    int32_t integral1; /* of input - output */
    int32_t integral2; /* of integral1 - 1.5 output */
    int32_t rest;      /* what rounding has left of the input */
    uint32_t random;   /* state of the generator */
    uint16_t fade;     /* 0 silent ... PDM_FADE_FRAMES full level */
    bool started;      /* which way it fades */
    bool idle;
};

/* Stopped and idle. */
void pdm_init(struct pdm *);

/* Fade in and out over the next PDM_FADE_FRAMES frames; may be reversed midway. */
void pdm_start(struct pdm *);
void pdm_stop(struct pdm *);

/*
 * True while pdm_process() sends nothing but PDM_IDLE_BYTE: from the start, and from at most
 * PDM_FADE_FRAMES + PDM_SETTLING_FRAMES frames after pdm_stop().
 */
bool pdm_idle(const struct pdm *);

/*
 * Turns `frames` samples of -2^27 ... 2^27 - 1 (limited to that) into frames * PDM_FRAME_BYTES bytes, which
 * are 4-aligned, first bit in the most significant bit.
 */
void pdm_process(struct pdm *, const int32_t *samples, unsigned frames, uint8_t *bits);

#endif
