#include "packets.h"

#include "hardware/timer.h"

#include "descriptors.h"

#define PACKETS    4
#define FRAME_MAX  6 /* bytes */
#define DATA_BYTES ((USB_PACKET_BYTES + FRAME_MAX + 3) & ~3)

static uint8_t data[PACKETS][DATA_BYTES] __attribute__((aligned(4)));
static struct usb_packet packets[PACKETS];
static volatile uint32_t in, out;

uint8_t *packets_buffer(void) {
    return data[in % PACKETS];
}

/* The buffer after the last packet belongs to the USB controller. */
bool packets_put(size_t bytes, uint32_t arrival) {
    if (in - out == PACKETS - 1) return false;
    packets[in % PACKETS] = (struct usb_packet){data[in % PACKETS], bytes, timer_hw->timerawl, arrival};
    in++;
    return true;
}

const struct usb_packet *packets_next(void) {
    return in != out ? &packets[out % PACKETS] : NULL;
}

void packets_take(void) {
    out++;
}

uint32_t packets_taken(void) {
    return out;
}

uint32_t packets_put_in(void) {
    return in;
}

void packets_drop_all(void) {
    out = in;
}
