/* A USB setup packet and the constants of USB 2.0 chapter 9 that more than one file needs. */
#ifndef DSPI_USB_SETUP_H
#define DSPI_USB_SETUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Section 9.3. */
struct usb_setup {
    uint8_t type; /* bmRequestType */
    uint8_t request;
    uint16_t value;
    uint16_t index;
    uint16_t length;
};

enum usb_type { USB_TYPE_STANDARD, USB_TYPE_CLASS, USB_TYPE_VENDOR };
enum usb_recipient { USB_TO_DEVICE, USB_TO_INTERFACE, USB_TO_ENDPOINT };

static inline bool usb_is_in(const struct usb_setup *setup) {
    return setup->type & 0x80;
}
static inline unsigned usb_type(const struct usb_setup *setup) {
    return setup->type >> 5 & 3;
}
static inline unsigned usb_recipient(const struct usb_setup *setup) {
    return setup->type & 0x1f;
}

/* What a request comes to when it is no answer's length. */
#define USB_STALL (-1)

enum usb_interface { USB_AUDIO_CONTROL, USB_AUDIO_STREAMING, USB_VENDOR, USB_INTERFACES };

#define USB_DATA_ENDPOINT     0x01
#define USB_FEEDBACK_ENDPOINT 0x82

#endif
