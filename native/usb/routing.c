#include "routing.h"

#include "descriptors.h"

static enum usb_route application(const struct usb_setup *setup) {
    bool fits = usb_is_in(setup) || setup->length <= USB_APPLICATION_BYTES;
    return fits ? USB_ROUTE_APPLICATION : USB_ROUTE_STALL;
}

/* The high byte of wIndex is a unit of the audio function; nobody looks at it. */
static enum usb_route to_interface(const struct usb_setup *setup) {
    switch (setup->index & 0xff) {
    case USB_AUDIO_CONTROL: /* macOS sends vendor requests here: this interface need not be claimed for that
                             */
        if (usb_type(setup) == USB_TYPE_VENDOR) return application(setup);
        return usb_type(setup) == USB_TYPE_CLASS ? USB_ROUTE_AUDIO : USB_ROUTE_STALL;
    case USB_VENDOR:
        return application(setup); /* of whatever type */
    default:
        return USB_ROUTE_STALL;
    }
}

enum usb_route usb_route(const struct usb_setup *setup) {
    if (usb_type(setup) == USB_TYPE_STANDARD) return USB_ROUTE_STANDARD;
    size_t length;
    switch (usb_recipient(setup)) {
    case USB_TO_DEVICE:
        return usb_os_descriptor(setup, &length) ? USB_ROUTE_OS_DESCRIPTOR : USB_ROUTE_STALL;
    case USB_TO_INTERFACE:
        return to_interface(setup);
    case USB_TO_ENDPOINT:
        return usb_type(setup) == USB_TYPE_CLASS && setup->index == USB_DATA_ENDPOINT ? USB_ROUTE_AUDIO
                                                                                      : USB_ROUTE_STALL;
    default:
        return USB_ROUTE_STALL;
    }
}
