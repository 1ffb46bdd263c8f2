/*
 * How long the host's frames of 1 ms are by the device's clock, from when they start (USB 2.0 section
 * 5.12.4.2): known before a stream starts, as frames do from the moment a device is plugged in.
 */
#ifndef DSPI_USB_HOST_CLOCK_H
#define DSPI_USB_HOST_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define HOST_CLOCK_FRACTION_BITS 20

struct host_clock {
    bool running;
    uint32_t number, now;               /* of the last frame */
    uint32_t frames;                    /* that have been counted */
    uint32_t from_frame[2], from_us[2]; /* where what is measured begins, and where it will */
    int32_t deviation;
};

/* Nothing is known. */
void host_clock_init(struct host_clock *);

/* A frame starts: its number of 11 bits (USB 2.0 section 8.4.3), and the device's time in us, modulo 2^32. */
void host_clock_frame(struct host_clock *, uint32_t number, uint32_t us);

/* By how much a frame is longer than 1 ms, as a part x 2^20; 0 as long as that is not known. */
int32_t host_clock_deviation(const struct host_clock *);

#endif
