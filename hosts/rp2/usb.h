/* The device at its connector: TinyUSB with native/usb behind it, and the queue of requests for the
 * application. */
#ifndef DSPI_RP2_USB_H
#define DSPI_RP2_USB_H

#include <stdbool.h>
#include <stdint.h>

#include "../../native/usb/routing.h"

/* Appears on the bus. `serial` is 16 upper-case hexadecimal digits and stays in place. */
void usb_init(const char *serial);

/* A request for the application; endpoint 0 is busy until it is answered. `data` takes its answer, too. */
struct usb_request {
    struct usb_setup setup;
    uint8_t data[USB_APPLICATION_BYTES];
};

/* The request that waits, or NULL. From the thread, as is the answer: bytes of data, 0 for OUT, or USB_STALL.
 */
struct usb_request *usb_request_waiting(void);
void usb_request_answer(int length);

/* Sees a SETUP packet before TinyUSB does, and may change it. From the USB task. */
void usb_request_received(uint8_t packet[8]);

/* Whether a host has configured the device. */
bool usb_is_configured(void);

#endif
