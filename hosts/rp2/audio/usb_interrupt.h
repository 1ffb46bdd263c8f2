/*
 * The USB controller's interrupt, around TinyUSB's driver of it: isochronous packets are taken at once,
 * whatever else happens waits for the USB task. TinyUSB itself would leave the packets to its task, too.
 */
#ifndef DSPI_RP2_USB_INTERRUPT_H
#define DSPI_RP2_USB_INTERRUPT_H

#include <stdbool.h>
#include <stdint.h>

/* After tud_init(). */
void usb_interrupt_init(void);

/* Starts and stops the stream; its endpoints must have been activated in TinyUSB. From the USB task. */
void usb_interrupt_start_stream(void);
void usb_interrupt_stop_stream(void);

/* The next feedback is what it is now: the rate has changed. */
void usb_interrupt_renew_feedback(void);

/* Forgets what the endpoints were at: they have been closed. */
void usb_interrupt_reset_stream(void);

/* Hands TinyUSB the next event that is waiting; false when there is none. `setup` tells that it is a new
 * request. */
bool usb_interrupt_next_event(bool *setup);

/* Whether a request newer than the one TinyUSB is at is waiting. */
bool usb_interrupt_is_superseded(void);

/*
 * Endpoint 0 is about to send a full packet, and so many more after it, without TinyUSB; a new request ends
 * that. TinyUSB's driver itself takes one packet at a time there: of more it would fill a second buffer,
 * which the endpoint does not have. While the controller's interrupt is kept off.
 */
void usb_interrupt_send_after_packet(const uint8_t *rest, unsigned packets);

/* Errors on the wires by HOST_USB_ERROR_KINDS of native/xs/host.h. */
uint32_t usb_interrupt_errors(unsigned kind);
void usb_interrupt_clear_errors(void);

#endif
