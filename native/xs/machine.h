/*
 * The XS machine that runs the application. Every entry below returns in bounded time whatever the
 * application does: what it throws, rejects, exhausts or never returns from is reported with its stack, and
 * the machine starts anew. One caller on one thread: none of these may interrupt another.
 */
#ifndef DSPI_XS_MACHINE_H
#define DSPI_XS_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct machine;

/* Receives what went wrong, one or more lines without a final newline. */
typedef void machine_report(void *context, const char *text);

/*
 * Starts the application of an image made by tools/module-compiler, which also says how large the machine is.
 * `image` must stay in place and be 4-aligned. NULL, reported, when it is no such image. An application that
 * fails to start leaves a machine that stalls every request but those below.
 */
struct machine *machine_new(const void *image, size_t size, machine_report *report, void *context);

void machine_delete(struct machine *);

/* A vendor request (USB 2.0 section 9.3). */
struct machine_request {
    uint8_t type;
    uint8_t request;
    uint16_t value;
    uint16_t index;
    uint16_t length;
};

#define MACHINE_STALL (-1)

/*
 * The request (vendor, IN, to an interface) that tells what went wrong last: the text that was reported,
 * without a final 0. It is answered also when the application is down.
 */
#define MACHINE_REPORT_REQUEST 0x20

/*
 * The request (vendor, IN, to an interface) for the bootloader. The application answers it while it is up;
 * when it is down this does, so that there is always a way to other firmware.
 */
#define MACHINE_BOOTLOADER_REQUEST 0xf0

/*
 * Gives a request to the application. NULL is an application that is down, here and in what follows. `data`
 * is the payload of an OUT request, `length` bytes; for IN (bit 7 of type) it is ignored and `answer`
 * receives at most `length` bytes. Returns the bytes of the answer, 0 for an acknowledged OUT request, or
 * MACHINE_STALL.
 */
int32_t machine_control(struct machine *, const struct machine_request *, const uint8_t *data,
                        uint8_t *answer);

/* Tells the application that the host has asked for a sample rate in Hz. */
void machine_rate(struct machine *, uint32_t rate);

/* Tells the application that the host has set its volume, in 1/256 dB. */
void machine_volume(struct machine *, int16_t volume);

struct machine_heap {
    size_t slots, slot_capacity;   /* bytes */
    size_t chunks, chunk_capacity; /* bytes */
    size_t stack, stack_capacity;  /* slots; what has been used of it at most since this was asked before */
};

/* What is in use after a full garbage collection; all but `stack` is zero while the application is down. */
struct machine_heap machine_heap(struct machine *);

/* Whether the application is up: one that fails to start again and again stays down. */
bool machine_is_up(const struct machine *);

/* How often the application has been started. */
uint32_t machine_starts(const struct machine *);

#endif
