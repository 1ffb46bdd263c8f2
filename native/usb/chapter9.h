/* Standard requests of USB 2.0 chapter 9: all of them, or those for which a USB stack is not strict enough.
 */
#ifndef DSPI_USB_CHAPTER9_H
#define DSPI_USB_CHAPTER9_H

#include "audio_class.h"

struct chapter9 {
    struct audio_class *audio;
    const char *serial;
    uint8_t configuration; /* 0 until a host has configured the device */
};

#define CHAPTER9_ANSWER_MAX 192

/* Returns the length of the answer, not yet cut to wLength, 0 for a request without one, or USB_STALL. */
int chapter9(struct chapter9 *, const struct usb_setup *, uint8_t answer[CHAPTER9_ANSWER_MAX]);

#endif
