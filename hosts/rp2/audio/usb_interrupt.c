#include "usb_interrupt.h"

#include "device/dcd.h"
#include "hardware/structs/scb.h"
#include "hardware/structs/usb.h"

#include "audio.h"
#include "descriptors.h"
#include "packets.h"
#include "priorities.h"
#include "stream.h"
#include "usb.h"

#define EVENTS          16
#define ANSWER_ENDPOINT 0x80
#define ANSWER_PACKET   CFG_TUD_ENDPOINT0_SIZE

/* Of the two isochronous endpoints; `ready` means that the controller may fill or send its buffer. */
static struct {
    bool open;
    bool data_ready, feedback_ready;
    bool data_done, feedback_done;
    uint16_t received; /* bytes */
    uint8_t *packet;
    uint8_t feedback[4];
} stream;

/* What endpoint 0 is still to send after the packet it is at: full packets alone. */
static struct {
    const uint8_t *next;
    uint16_t bytes; /* in all */
    uint16_t left;
    bool packet_done;
} answer;

static dcd_event_t events[EVENTS];
static volatile uint32_t events_in, events_out; /* in by the interrupt, out by the task */
static volatile uint32_t setups_in, setups_out;

static void queue_event(const dcd_event_t *event) {
    if (events_in - events_out == EVENTS) return; /* a host that does not wait for answers loses some */
    events[events_in % EVENTS] = *event;
    events_in++;
    if (event->event_id == DCD_EVENT_SETUP_RECEIVED) setups_in++;
    interrupt_pend(USB_TASK_IRQ);
}

/* TinyUSB hears of the last packet alone, as if of one that had all bytes. */
static void end_of_packet(const dcd_event_t *event) {
    if (answer.left > 0) {
        answer.packet_done = true;
        return;
    }
    dcd_event_t all = *event;
    all.xfer_complete.len = answer.bytes;
    answer.bytes = 0;
    queue_event(&all);
}

/* TinyUSB's driver tells its stack what has happened; linked with --wrap. */
void __wrap_dcd_event_handler(const dcd_event_t *event, bool in_isr);
void __real_dcd_event_handler(const dcd_event_t *event, bool in_isr);

void __wrap_dcd_event_handler(const dcd_event_t *event, bool in_isr) {
    (void)in_isr;
    if (event->event_id != DCD_EVENT_XFER_COMPLETE) {
        answer.left = answer.bytes = 0; /* a SETUP ends it, or a bus reset */
        return queue_event(event);
    }
    switch (event->xfer_complete.ep_addr) {
    case USB_DATA_ENDPOINT:
        stream.received = (uint16_t)event->xfer_complete.len;
        stream.data_done = true;
        return;
    case USB_FEEDBACK_ENDPOINT:
        stream.feedback_done = true;
        return;
    case ANSWER_ENDPOINT:
        if (answer.bytes > 0) return end_of_packet(event);
        return queue_event(event);
    default:
        queue_event(event);
    }
}

static void receive(void) {
    stream.packet = packets_buffer();
    stream.data_ready = true;
    dcd_edpt_xfer(0, USB_DATA_ENDPOINT, stream.packet, USB_PACKET_BYTES);
}

static void write_feedback(volatile uint8_t *to) {
    uint32_t value = stream_feedback();
    for (unsigned i = 0; i < 3; i++)
        to[i] = (uint8_t)(value >> 8 * i);
}

static void send_feedback(void) {
    write_feedback(stream.feedback);
    stream.feedback_ready = true;
    dcd_edpt_xfer(0, USB_FEEDBACK_ENDPOINT, stream.feedback, 3);
}

static void send_packet(void) {
    answer.packet_done = false;
    if (answer.left == 0) return;
    const uint8_t *packet = answer.next;
    answer.next += ANSWER_PACKET;
    answer.left -= ANSWER_PACKET;
    dcd_edpt_xfer(0, ANSWER_ENDPOINT, (uint8_t *)packet, ANSWER_PACKET);
}

void usb_interrupt_send_after_packet(const uint8_t *rest, unsigned packets) {
    answer.next = rest;
    answer.left = (uint16_t)(packets * ANSWER_PACKET);
    answer.bytes = (uint16_t)(answer.left + ANSWER_PACKET);
}

/* The bits of SIE_STATUS that tell of errors: CRC, bit stuffing, overflow, timeout, data sequence. */
static const uint32_t error_bits[] = {USB_SIE_STATUS_CRC_ERROR_BITS, USB_SIE_STATUS_BIT_STUFF_ERROR_BITS,
                                      USB_SIE_STATUS_RX_OVERFLOW_BITS, USB_SIE_STATUS_RX_TIMEOUT_BITS,
                                      USB_SIE_STATUS_DATA_SEQ_ERROR_BITS};
#define ERROR_KINDS (sizeof error_bits / sizeof *error_bits)
static volatile uint32_t errors[ERROR_KINDS];

/* Looked at whenever the controller interrupts: several of a kind between two interrupts count as one. */
static void count_errors(void) {
    const uint32_t status = usb_hw->sie_status;
    for (unsigned kind = 0; kind < ERROR_KINDS; kind++) {
        if (!(status & error_bits[kind])) continue;
        errors[kind]++;
        hw_clear_alias(usb_hw)->sie_status = error_bits[kind];
    }
}

uint32_t usb_interrupt_errors(unsigned kind) {
    return errors[kind];
}

void usb_interrupt_clear_errors(void) {
    for (unsigned kind = 0; kind < ERROR_KINDS; kind++)
        errors[kind] = 0;
}

/* TinyUSB's driver is done with a transfer only after it has told so: the next ones are started here. */
static void usb_interrupt(void) {
    if (usb_hw->ints & USB_INTS_DEV_SOF_BITS) audio_take_frame(usb_hw->sof_rd & USB_SOF_RD_BITS);
    count_errors();
    dcd_int_handler(0);
    if (stream.data_done) {
        stream.data_done = stream.data_ready = false;
        if (stream.open) {
            audio_take_packet(stream.received);
            receive();
        }
    }
    if (stream.feedback_done) {
        stream.feedback_done = stream.feedback_ready = false;
        if (stream.open) send_feedback();
    }
    if (answer.packet_done) send_packet();
}

void usb_interrupt_init(void) {
    interrupt_disable(USBCTRL_IRQ);
    ((irq_handler_t *)scb_hw->vtor)[VTABLE_FIRST_IRQ + USBCTRL_IRQ] = usb_interrupt; /* in TinyUSB's place */
    irq_set_priority(USBCTRL_IRQ, USB_PRIORITY);
    hw_set_alias(usb_hw)->inte = USB_INTS_DEV_SOF_BITS;
    interrupt_enable(USBCTRL_IRQ);
}

/* A buffer that has waited since another rate or stream would send its value: it is changed where it lies. */
static void renew_feedback(void) {
    write_feedback((volatile uint8_t *)usb_dpram +
                   (usb_dpram->ep_ctrl[(USB_FEEDBACK_ENDPOINT & 0xf) - 1].in & 0xffc0));
}

void usb_interrupt_renew_feedback(void) {
    interrupt_disable(USBCTRL_IRQ);
    if (stream.feedback_ready) renew_feedback();
    interrupt_enable(USBCTRL_IRQ);
}

void usb_interrupt_start_stream(void) {
    interrupt_disable(USBCTRL_IRQ);
    stream.open = true;
    if (!stream.data_ready) receive();
    if (stream.feedback_ready)
        renew_feedback();
    else
        send_feedback();
    interrupt_enable(USBCTRL_IRQ);
}

void usb_interrupt_stop_stream(void) {
    stream.open = false;
}

void usb_interrupt_reset_stream(void) {
    stream.open = stream.data_ready = stream.feedback_ready = stream.data_done = stream.feedback_done = false;
}

bool usb_interrupt_next_event(bool *setup) {
    if (events_in == events_out) return false;
    dcd_event_t event = events[events_out % EVENTS];
    events_out++;
    *setup = event.event_id == DCD_EVENT_SETUP_RECEIVED;
    if (*setup) {
        setups_out++;
        usb_request_received((uint8_t *)&event.setup_received);
    }
    __real_dcd_event_handler(&event, false);
    return true;
}

bool usb_interrupt_is_superseded(void) {
    return setups_in != setups_out;
}
