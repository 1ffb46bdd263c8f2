/* Everything the device says about itself: USB 2.0 chapter 9, UAC1, Microsoft OS 1.0 and 2.0, WebUSB. */
#ifndef DSPI_USB_DESCRIPTORS_H
#define DSPI_USB_DESCRIPTORS_H

#include "setup.h"

#define USB_CONFIGURATION_BYTES 192
#define USB_BOS_BYTES           57
#define USB_STRING_BYTES        40  /* the longest string descriptor */
#define USB_PACKET_BYTES        582 /* 97 frames of 2 x 24 bits: 96 kHz, one frame over nominal */

extern const uint8_t usb_device_descriptor[18];
extern const uint8_t usb_configuration_descriptor[USB_CONFIGURATION_BYTES];
extern const uint8_t usb_bos_descriptor[USB_BOS_BYTES];

/*
 * Writes string descriptor `index` and returns its length. `serial` is 16 upper-case hexadecimal digits. 0xEE
 * is Microsoft's "MSFT100"; an unknown index gives an empty string.
 */
size_t usb_string_descriptor(uint8_t index, const char *serial, uint8_t answer[USB_STRING_BYTES]);

/* The Microsoft OS descriptor a vendor request to the device asks for; NULL when it is no such request. */
const uint8_t *usb_os_descriptor(const struct usb_setup *, size_t *length);

#endif
