/*
 * The feedback controller of the asynchronous endpoint (USB 2.0 section 5.12.4.2): how many frames the host
 * is to send per USB frame, so that the output ring keeps its fill. A function of two counters: what the
 * output clock has consumed and what the host has sent since the stream started; their difference is the
 * ring's deviation from its target fill.
 */
#ifndef DSPI_USB_FEEDBACK_H
#define DSPI_USB_FEEDBACK_H

#include <stdint.h>

struct feedback {
    uint32_t nominal; /* frames per ms x 2^20 */
    int32_t integral; /* likewise */
};

/* Starts over at a rate in Hz: a stream starts, or its rate has changed. The first value is the rate's own.
 */
void feedback_start(struct feedback *, uint32_t rate);

/* Once per USB frame: frames consumed and received since the start (modulo 2^32). Returns the value to send.
 */
uint32_t feedback_update(struct feedback *, uint32_t consumed, uint32_t received);

/* The value of the start: frames per ms in 10.14. */
uint32_t feedback_nominal(const struct feedback *);

#endif
