/*
 * The stereo slots' lines: for each a DMA ring, which it sends from without end, and a state machine of PIO
 * 0. All of them are started in the same cycle and with the same clock, so that one position holds for all.
 *
 * A ring holds LINE_FRAMES frames, as S/PDIF or as I2S.
 */
#ifndef DSPI_RP2_LINES_H
#define DSPI_RP2_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "dimensions.h"

#define LINE_FRAMES 512 /* 5.3 ms at 96 kHz */

enum line_type { LINE_SPDIF, LINE_I2S };

/*
 * READY lines are started all together; those that become READY while others send join them together, with
 * the frame that is written next, when the others come to it.
 */
enum line_state { LINE_OFF, LINE_READY, LINE_JOINING, LINE_SENDING };

/* How a slot's state machine is set up; hosts/rp2/outputs.c does that while the line is OFF. */
struct line {
    uint8_t state; /* enum line_state */
    uint8_t type;  /* enum line_type */
    uint8_t start; /* its program's first instruction, in PIO memory */
};
extern struct line lines[DSPI_SLOTS];

/* Claims the DMA channels. */
void lines_init(void);

/* Whether there is a line to send on, and whether one sends. */
bool lines_used(void);
bool lines_sending(void);

/* CLKDIV of a machine that takes `cycles` of its own, a part of 512, for each frame at a rate in Hz. All
 * machines' dividers are multiples of one number, and so they stay in step for ever. */
uint32_t lines_divider(uint32_t rate, unsigned cycles);

/* Empties the rings, for a rate in Hz. The lines must be stopped. */
void lines_begin(uint32_t rate);

/* Appends samples of -2^23 ... 2^23 - 1, two outputs a slot; at most LINE_FRAMES at once. */
void lines_write(int32_t *const outputs[DSPI_OUTPUTS], unsigned frames);

/* Prepares to send what has been written from a frame on, and starts. */
void lines_get_ready(uint32_t frame);
void lines_start(void);
void lines_stop(void);

/* What is sent from now on, until it is written over, is silence. From any interrupt of either core. */
void lines_silence(void);

/* Stops one line, which is OFF then. Nothing may interrupt it that uses the lines. */
void lines_leave(unsigned slot);

/* Frames until lines have to be joined; INT32_MAX when there are none. */
int32_t lines_join_in(void);

/* To be called soon before, when that is at least 5: waits until then and lets the lines join, to some cycles
 * of a half-bit. Called later, they join in the middle of an S/PDIF block. */
void lines_join(void);

/* Frames written and sent since lines_begin(), modulo 2^32; to be called at least every 5 ms. */
uint32_t lines_written(void);
uint32_t lines_sent(void);

/* A place in the rings that may be noted at any time, even in a more urgent interrupt or on the other core,
 * and what had been sent then. */
uint32_t lines_position(void);
uint32_t lines_sent_at(uint32_t position);

/* Waits until a frame that has not been sent begins on the pins. */
void lines_wait_for(uint32_t frame);

#endif
