#include "usb.h"

#include <string.h>

#include "device/usbd.h"
#include "device/usbd_pvt.h"

#include "../../native/usb/chapter9.h"
#include "../../native/usb/descriptors.h"
#include "audio/audio.h"
#include "audio/priorities.h"
#include "audio/usb_interrupt.h"

_Static_assert(sizeof(struct usb_setup) == sizeof(tusb_control_request_t), "USB 2.0 section 9.3");

/* --- descriptors ------------------------------------------------------------------------------------- */

static const char *serial_number;

/* Of a request that is answered, or set, here: endpoint 0 is at one at a time. */
static union {
    uint16_t string[USB_STRING_BYTES / 2];
    uint8_t data[CHAPTER9_ANSWER_MAX];
} answer;

const uint8_t *tud_descriptor_device_cb(void) {
    return usb_device_descriptor;
}
const uint8_t *tud_descriptor_bos_cb(void) {
    return usb_bos_descriptor;
}
const uint8_t *tud_descriptor_configuration_cb(uint8_t index) {
    return index == 0 ? usb_configuration_descriptor : NULL;
}

const uint16_t *tud_descriptor_string_cb(uint8_t index, uint16_t language) {
    (void)language;
    usb_string_descriptor(index, serial_number, answer.data);
    return answer.string;
}

/* --- requests for the application --------------------------------------------------------------------- */

/* One at a time. The thread owns it while it is RUNNING, the USB task otherwise. */
static struct usb_request request;
static volatile enum { FREE, RECEIVING, RUNNING, ANSWERED } state;
static int answer_length, answer_bytes;
static bool current;      /* its host still waits: no newer SETUP has come */
static bool next_waiting; /* a newer request that came while the application was at one */
static struct usb_setup next;
static bool hold_status;  /* the status stage of an OUT request follows its answer */
static bool status_begun; /* that of an IN request without data has */
static bool long_answer;  /* one of more than a packet is about to be sent */

struct usb_request *usb_request_waiting(void) {
    return state == RUNNING ? &request : NULL;
}

void usb_request_answer(int length) {
    answer_length = length;
    __compiler_memory_barrier();
    state = ANSWERED;
    interrupt_pend(USB_TASK_IRQ);
}

static bool start_request(const struct usb_setup *setup) {
    request.setup = *setup;
    current = true;
    if (usb_is_in(setup) || setup->length == 0) {
        state = RUNNING;
        return true;
    }
    state = RECEIVING;
    return tud_control_xfer(0, (const tusb_control_request_t *)setup, request.data, setup->length);
}

static bool application(uint8_t stage, const struct usb_setup *setup) {
    if (stage == CONTROL_STAGE_SETUP) {
        if (state != RUNNING && state != ANSWERED) return start_request(setup);
        next = *setup; /* it is held until the application is done with the one its host has given up */
        next_waiting = true;
    } else if (stage == CONTROL_STAGE_DATA && state == RECEIVING) {
        hold_status = true;
        state = RUNNING;
    }
    return true;
}

static void stall(void) {
    usbd_edpt_stall(0, 0x00);
    usbd_edpt_stall(0, 0x80);
}

static void send_answer(void) {
    const struct usb_setup *setup = &request.setup;
    if (answer_length == USB_STALL)
        stall();
    else if (usb_is_in(setup)) {
        answer_bytes = answer_length < setup->length ? answer_length : setup->length;
        long_answer = answer_bytes > CFG_TUD_ENDPOINT0_SIZE;
        tud_control_xfer(0, (const tusb_control_request_t *)setup, request.data, (uint16_t)answer_length);
    } else
        usbd_edpt_xfer(0, 0x80, NULL, 0);
}

static void finish_request(void) {
    if (current) send_answer();
    state = FREE;
    if (!next_waiting) return;
    next_waiting = false;
    if (!start_request(&next)) stall();
}

/* A new SETUP ends whatever endpoint 0 was at (USB 2.0 section 5.5.5). */
static void drop_request(void) {
    current = next_waiting = hold_status = status_begun = long_answer = false;
    if (state == RECEIVING) state = FREE;
}

/* --- the other requests -------------------------------------------------------------------------------- */

static bool os_descriptor(uint8_t stage, const struct usb_setup *setup) {
    size_t length;
    const uint8_t *descriptor = usb_os_descriptor(setup, &length);
    return stage != CONTROL_STAGE_SETUP ||
           tud_control_xfer(0, (const tusb_control_request_t *)setup, (void *)descriptor, (uint16_t)length);
}

static void follow_rate(uint32_t before) {
    if (audio.class.rate == before) return;
    audio_restart();
    usb_interrupt_renew_feedback();
}

static bool audio_control(uint8_t stage, const struct usb_setup *setup) {
    if (usb_is_in(setup)) {
        if (stage != CONTROL_STAGE_SETUP) return true;
        int length = audio_class_get(&audio.class, setup, answer.data);
        return length != USB_STALL &&
               tud_control_xfer(0, (const tusb_control_request_t *)setup, answer.data, (uint16_t)length);
    }
    if (!audio_class_accepts(setup)) return false;
    if (stage == CONTROL_STAGE_SETUP)
        return tud_control_xfer(0, (const tusb_control_request_t *)setup, answer.data, setup->length);
    if (stage == CONTROL_STAGE_DATA) {
        uint32_t rate = audio.class.rate;
        audio_class_set(&audio.class, setup, answer.data);
        follow_rate(rate);
    }
    return true;
}

static void follow_alternate(uint8_t before) {
    if (before == 0 && audio.class.alternate > 0) {
        audio_clear_starvations();
        audio_restart();
        usb_interrupt_start_stream();
    } else if (before > 0 && audio.class.alternate == 0) {
        usb_interrupt_stop_stream();
        audio_restart();
    }
}

/*
 * TinyUSB answers standard requests to interfaces and endpoints that do not exist, and acknowledges a
 * SET_INTERFACE that was refused. What it need not do itself is made to look like a vendor request, which it
 * leaves alone.
 */
static struct chapter9 chapter9_state = {.audio = &audio.class};
static struct usb_setup received;

static bool is_for_tinyusb(const struct usb_setup *setup) {
    if (usb_type(setup) != USB_TYPE_STANDARD) return true;
    if (usb_recipient(setup) != USB_TO_DEVICE) return false;
    switch (setup->request) {
    case TUSB_REQ_SET_ADDRESS:
    case TUSB_REQ_GET_DESCRIPTOR:
    case TUSB_REQ_GET_CONFIGURATION:
        return true;
    case TUSB_REQ_SET_CONFIGURATION:
        return setup->value <= 1;
    default:
        return false;
    }
}

void usb_request_received(uint8_t packet[8]) {
    memcpy(&received, packet, sizeof received);
    if (!is_for_tinyusb(&received)) packet[0] = (uint8_t)((packet[0] & 0x9f) | USB_TYPE_VENDOR << 5);
}

static bool standard(uint8_t stage, const struct usb_setup *setup) {
    if (stage != CONTROL_STAGE_SETUP) return true;
    const uint8_t before = audio.class.alternate;
    const int length = chapter9(&chapter9_state, setup, answer.data);
    if (length == USB_STALL) return false;
    follow_alternate(before);
    return tud_control_xfer(0, (const tusb_control_request_t *)setup, answer.data, (uint16_t)length);
}

static bool control(uint8_t stage, const struct usb_setup *setup) {
    switch (usb_route(setup)) {
    case USB_ROUTE_STANDARD:
        return standard(stage, setup);
    case USB_ROUTE_OS_DESCRIPTOR:
        return os_descriptor(stage, setup);
    case USB_ROUTE_AUDIO:
        return audio_control(stage, setup);
    case USB_ROUTE_APPLICATION:
        return application(stage, setup);
    default:
        return false;
    }
}

/* --- TinyUSB's class driver, for all three interfaces --------------------------------------------------- */

static void driver_init(void) {}

static void driver_reset(uint8_t port) {
    (void)port;
    usb_interrupt_reset_stream();
    audio_class_set_alternate(&audio.class, USB_AUDIO_STREAMING, 0);
    audio_restart();
}

/* The endpoints of the streaming interface, which are the same in both settings that have them. */
static const tusb_desc_endpoint_t data_endpoint = {.bLength = sizeof data_endpoint,
                                                   .bDescriptorType = TUSB_DESC_ENDPOINT,
                                                   .bEndpointAddress = USB_DATA_ENDPOINT,
                                                   .bmAttributes = {.xfer = TUSB_XFER_ISOCHRONOUS},
                                                   .wMaxPacketSize = USB_PACKET_BYTES,
                                                   .bInterval = 1};
static const tusb_desc_endpoint_t feedback_endpoint = {.bLength = sizeof feedback_endpoint,
                                                       .bDescriptorType = TUSB_DESC_ENDPOINT,
                                                       .bEndpointAddress = USB_FEEDBACK_ENDPOINT,
                                                       .bmAttributes = {.xfer = TUSB_XFER_ISOCHRONOUS},
                                                       .wMaxPacketSize = 3,
                                                       .bInterval = 1};

/*
 * Once, not for every stream: activating takes the interrupt from a buffer that has waited since the last
 * stream, and nobody would hear of the packet that fills it.
 */
static void open_endpoint(uint8_t port, const tusb_desc_endpoint_t *endpoint) {
    usbd_edpt_iso_alloc(port, endpoint->bEndpointAddress, endpoint->wMaxPacketSize);
    usbd_edpt_iso_activate(port, endpoint);
}

/* Takes an interface with all its alternate settings: returns the bytes up to the next interface. */
static uint16_t driver_open(uint8_t port, const tusb_desc_interface_t *interface, uint16_t length) {
    if (interface->bInterfaceNumber == USB_AUDIO_STREAMING) {
        open_endpoint(port, &data_endpoint);
        open_endpoint(port, &feedback_endpoint);
    }
    const uint8_t *first = (const uint8_t *)interface, *at = first;
    do
        at = tu_desc_next(at);
    while (at < first + length &&
           !(tu_desc_type(at) == TUSB_DESC_INTERFACE &&
             ((const tusb_desc_interface_t *)at)->bInterfaceNumber != interface->bInterfaceNumber));
    return (uint16_t)(at - first);
}

static bool driver_control(uint8_t port, uint8_t stage, const tusb_control_request_t *setup) {
    (void)port, (void)setup;
    return control(stage, &received);
}

static bool driver_transfer(uint8_t port, uint8_t endpoint, xfer_result_t result, uint32_t bytes) {
    (void)port, (void)endpoint, (void)result, (void)bytes;
    return true;
}

const usbd_class_driver_t *usbd_app_driver_get_cb(uint8_t *count) {
    static const usbd_class_driver_t driver = {.name = "DSPi",
                                               .init = driver_init,
                                               .reset = driver_reset,
                                               .open = driver_open,
                                               .control_xfer_cb = driver_control,
                                               .xfer_cb = driver_transfer};
    *count = 1;
    return &driver;
}

bool tud_vendor_control_xfer_cb(uint8_t port, uint8_t stage, const tusb_control_request_t *setup) {
    (void)port, (void)setup;
    return control(stage, &received);
}

/* --- the task --------------------------------------------------------------------------------------------
 */

/*
 * Every transfer that TinyUSB starts; linked with --wrap. A request that a newer one has replaced must not
 * get hold of endpoint 0 any more. Without data the status stage is always IN (USB 2.0 section 8.5.3): after
 * an IN request TinyUSB would wait for it OUT, and once it is over it takes it for the data.
 *
 * TinyUSB sends data packet by packet, each when the task comes to it; the controller's interrupt sends all
 * full packets of a long answer by itself, and audio does not delay them. The task goes on with what is left.
 */
bool __real_usbd_edpt_xfer(uint8_t port, uint8_t endpoint, uint8_t *buffer, uint16_t bytes);
bool __wrap_usbd_edpt_xfer(uint8_t port, uint8_t endpoint, uint8_t *buffer, uint16_t bytes);

bool __wrap_usbd_edpt_xfer(uint8_t port, uint8_t endpoint, uint8_t *buffer, uint16_t bytes) {
    unsigned packets = 1;
    if (hold_status && endpoint == 0x80 && bytes == 0) {
        hold_status = false;
        return true;
    }
    if (endpoint == 0x00 && usb_is_in(&received) && received.length == 0) {
        if (status_begun) return true;
        status_begun = true;
        endpoint = 0x80;
    }
    if (long_answer && endpoint == 0x80) {
        long_answer = false;
        packets = (unsigned)answer_bytes / CFG_TUD_ENDPOINT0_SIZE;
    }
    interrupt_disable(USBCTRL_IRQ);
    bool done = usb_interrupt_is_superseded();
    if (!done) {
        if (packets > 1) usb_interrupt_send_after_packet(request.data + CFG_TUD_ENDPOINT0_SIZE, packets - 1);
        done = __real_usbd_edpt_xfer(port, endpoint, buffer, bytes);
    }
    interrupt_enable(USBCTRL_IRQ);
    return done;
}

static void usb_task(void) {
    for (bool setup; usb_interrupt_next_event(&setup);) {
        if (setup) drop_request();
        tud_task();
    }
    if (state == ANSWERED) finish_request();
}

void usb_init(const char *serial) {
    serial_number = serial;
    irq_set_exclusive_handler(USB_TASK_IRQ, usb_task);
    irq_set_priority(USB_TASK_IRQ, USB_TASK_PRIORITY);
    irq_set_enabled(USB_TASK_IRQ, true);
    tud_init(0);
    usb_interrupt_init();
}

bool usb_is_configured(void) {
    return tud_mounted();
}
