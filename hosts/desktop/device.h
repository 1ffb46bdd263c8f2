/* The device: everything behind the connector, put together. */
#ifndef DSPI_DESKTOP_DEVICE_H
#define DSPI_DESKTOP_DEVICE_H

#include "outputs.h"
#include "stream.h"
#include "../../native/usb/chapter9.h"
#include "../../native/xs/machine.h"

struct device {
    char serial[17];
    struct engine *engine;
    struct machine *machine;
    struct audio_class audio;
    struct chapter9 usb;
    struct counters counters;
    struct outputs outputs;
    struct stream stream;
    unsigned leaves_in; /* ms until it goes to its bootloader; 0 = it stays */
    bool in_bootloader;
};

/* There is one: what native/xs calls has no other way to it. */
extern struct device device;

/* Power-on. `serial` is 16 upper-case hexadecimal digits. Ends the process when it cannot. */
void device_start(const char *image_file, const char *serial, int32_t clock_ppm);

#define DEVICE_ANSWER_MAX 65535

/* One USB frame, that is 1 ms, with or without (NULL) a packet. */
void device_frame(const uint8_t *packet, size_t bytes);

/*
 * A control transfer, between two USB frames; `data` is the data stage of an OUT request, wLength bytes.
 * Returns the bytes of the answer, at most wLength, or USB_STALL.
 */
int device_control(const struct usb_setup *, const uint8_t *data, uint8_t answer[DEVICE_ANSWER_MAX]);

#endif
