/*
 * The device's connector: length-prefixed messages on standard input and output.
 *
 *   message = u32 length of what follows, u8 type, body; integers little-endian
 *
 * Every request gets one answer of the same type, or MESSAGE_ERROR, in order; MESSAGE_LOG, MESSAGE_POWER_OFF
 * and MESSAGE_BOOTLOADER may come in between.
 *
 *   type     request                                        answer
 *   CONTROL  setup packet (8), data of an OUT request       u8 1 = stall, data of an IN request
 *   FRAMES   u16 count, per frame u16 packet bytes          u32 audio frames, u32 feedback, u8 slot mask,
 *            (NO_PACKET = none), then the packets           u8 PDM, 2 zeros; per slot in the mask 6 bytes a
 *                                                           frame (stereo, 24 bit); PDM bits 32 bytes a frame
 *   PINS     -                                              per pin u8 number, u8 output, u8 level, 13 bytes
 *                                                           name
 *   GPIO     u8 pin, u8 level (2 = released)                -
 *   HEAP     -                                              u32 slots, chunks, slot and chunk capacity,
 *                                                           deepest use and capacity of the stack
 *   CUT      u32 flash operations from now, 0 = never       -
 */
#ifndef DSPI_DESKTOP_PIPE_H
#define DSPI_DESKTOP_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum message_type {
    MESSAGE_CONTROL = 1,
    MESSAGE_FRAMES = 2,
    MESSAGE_PINS = 3,
    MESSAGE_GPIO = 4,
    MESSAGE_HEAP = 5,
    MESSAGE_CUT = 6,
    MESSAGE_READY = 0x80,      /* once, when requests are taken */
    MESSAGE_LOG = 0x81,        /* a line of UTF-8 */
    MESSAGE_POWER_OFF = 0x82,  /* the process ends, as MESSAGE_CUT wanted it to */
    MESSAGE_BOOTLOADER = 0x83, /* the chip has left the bus for its bootloader, until its power is cycled */
    MESSAGE_ERROR = 0xff,      /* the request made no sense: why, in UTF-8 */
};

#define NO_PACKET 0xffff

struct message {
    uint8_t type;
    const uint8_t *body;
    size_t length;
};

struct part {
    const void *data;
    size_t length;
};

/* Takes standard output over: whatever else prints there goes to standard error from now on. */
void pipe_open(void);

/* Waits for the next message, valid until the next call; false at the end of input. */
bool pipe_read(struct message *);

/* Sends a message made of parts. Ends the process when nobody reads any more. */
void pipe_send(enum message_type, const struct part *parts, unsigned count);

/* Ends the process with a message on standard error. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
