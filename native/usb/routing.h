/* Who answers a setup packet. */
#ifndef DSPI_USB_ROUTING_H
#define DSPI_USB_ROUTING_H

#include "setup.h"

enum usb_route {
    USB_ROUTE_STALL,
    USB_ROUTE_STANDARD,      /* chapter 9: the USB stack */
    USB_ROUTE_OS_DESCRIPTOR, /* usb_os_descriptor() */
    USB_ROUTE_AUDIO,         /* audio_class_*() */
    USB_ROUTE_APPLICATION,   /* the vendor protocol, in TypeScript */
};

/* Largest data stage of an OUT request the application is given: a bulk parameter packet. */
#define USB_APPLICATION_BYTES 2896

enum usb_route usb_route(const struct usb_setup *);

#endif
