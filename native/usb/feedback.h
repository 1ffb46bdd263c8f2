/*
 * The feedback of the asynchronous endpoint (USB 2.0 section 5.12.4.2): how many frames the host is to send
 * per USB frame, so that the output ring keeps its fill.
 */
#ifndef DSPI_USB_FEEDBACK_H
#define DSPI_USB_FEEDBACK_H

#include <stdint.h>

struct feedback {
    uint32_t nominal; /* frames per ms x 2^20 */
};

/* A rate in Hz: a stream starts, or its rate has changed. */
void feedback_start(struct feedback *, uint32_t rate);

/*
 * The value to send, once per USB frame: by host_clock_deviation(), and by how many frames the ring is below
 * its target fill.
 */
uint32_t feedback_update(const struct feedback *, int32_t clock_deviation, int32_t missing);

/* The value of the rate itself: frames per ms in 10.14. */
uint32_t feedback_nominal(const struct feedback *);

#endif
