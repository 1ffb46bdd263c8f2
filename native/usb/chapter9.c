#include "chapter9.h"

#include <string.h>

#include "descriptors.h"

/* Tables 9-4, 9-5, 9-6 */
enum {
    GET_STATUS = 0,
    CLEAR_FEATURE = 1,
    SET_ADDRESS = 5,
    GET_DESCRIPTOR = 6,
    GET_CONFIGURATION = 8,
    SET_CONFIGURATION = 9,
    GET_INTERFACE = 10,
    SET_INTERFACE = 11,
};
enum { DEVICE = 1, CONFIGURATION = 2, STRING = 3, BOS = 15 };
enum { ENDPOINT_HALT = 0 };

static int copy(uint8_t *answer, const uint8_t *descriptor, int length) {
    memcpy(answer, descriptor, (size_t)length);
    return length;
}

/* Any other type stalls, the device qualifier too: that is how a full-speed device says that it is no more.
 */
static int get_descriptor(const struct chapter9 *usb, const struct usb_setup *setup, uint8_t *answer) {
    uint8_t index = (uint8_t)setup->value;
    switch (setup->value >> 8) {
    case DEVICE:
        return copy(answer, usb_device_descriptor, sizeof usb_device_descriptor);
    case CONFIGURATION:
        return index == 0 ? copy(answer, usb_configuration_descriptor, sizeof usb_configuration_descriptor)
                          : USB_STALL;
    case STRING:
        return (int)usb_string_descriptor(index, usb->serial, answer);
    case BOS:
        return copy(answer, usb_bos_descriptor, sizeof usb_bos_descriptor);
    default:
        return USB_STALL;
    }
}

/* Neither self-powered nor able to wake the host, no endpoint halted: all status words are zero. */
static int get_status(uint8_t *answer) {
    return copy(answer, (const uint8_t[]){0, 0}, 2);
}

static int to_device(struct chapter9 *usb, const struct usb_setup *setup, uint8_t *answer) {
    if (usb_is_in(setup)) {
        switch (setup->request) {
        case GET_STATUS:
            return get_status(answer);
        case GET_DESCRIPTOR:
            return get_descriptor(usb, setup, answer);
        case GET_CONFIGURATION:
            return copy(answer, &usb->configuration, 1);
        default:
            return USB_STALL;
        }
    }
    switch (setup->request) {
    case SET_ADDRESS:
        return 0; /* the bus has one device */
    case SET_CONFIGURATION:
        if (setup->value > 1) return USB_STALL;
        usb->configuration = (uint8_t)setup->value;
        audio_class_set_alternate(usb->audio, USB_AUDIO_STREAMING, 0);
        return 0;
    default:
        return USB_STALL;
    }
}

static int to_interface(struct chapter9 *usb, const struct usb_setup *setup, uint8_t *answer) {
    unsigned interface = setup->index & 0xff;
    if (usb_is_in(setup) && setup->request == GET_STATUS)
        return interface < USB_INTERFACES ? get_status(answer) : USB_STALL;
    if (usb_is_in(setup) && setup->request == GET_INTERFACE) {
        int alternate = audio_class_get_alternate(usb->audio, interface);
        return alternate < 0 ? USB_STALL : copy(answer, &(uint8_t){(uint8_t)alternate}, 1);
    }
    if (!usb_is_in(setup) && setup->request == SET_INTERFACE)
        return audio_class_set_alternate(usb->audio, interface, setup->value) ? 0 : USB_STALL;
    return USB_STALL;
}

static int to_endpoint(const struct usb_setup *setup, uint8_t *answer) {
    unsigned endpoint = setup->index & 0xff;
    bool exists =
        (endpoint & 0x7f) == 0 || endpoint == USB_DATA_ENDPOINT || endpoint == USB_FEEDBACK_ENDPOINT;
    if (!exists) return USB_STALL;
    if (usb_is_in(setup)) return setup->request == GET_STATUS ? get_status(answer) : USB_STALL;
    return setup->request == CLEAR_FEATURE && setup->value == ENDPOINT_HALT ? 0 : USB_STALL;
}

int chapter9(struct chapter9 *usb, const struct usb_setup *setup, uint8_t answer[CHAPTER9_ANSWER_MAX]) {
    switch (usb_recipient(setup)) {
    case USB_TO_DEVICE:
        return to_device(usb, setup, answer);
    case USB_TO_INTERFACE:
        return to_interface(usb, setup, answer);
    case USB_TO_ENDPOINT:
        return to_endpoint(setup, answer);
    default:
        return USB_STALL;
    }
}
