/* USB packets on their way: the USB interrupt puts them in, the audio interrupt takes them out. */
#ifndef DSPI_RP2_PACKETS_H
#define DSPI_RP2_PACKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct usb_packet {
    uint8_t *data; /* room for a frame more than an endpoint's packet has */
    size_t bytes;
    uint32_t came_us; /* when it came */
    uint32_t arrival; /* where the lines were at then */
};

/* Where the next packet goes. */
uint8_t *packets_buffer(void);

/* Takes the packet in it; false when there are too many already, and it is lost. */
bool packets_put(size_t bytes, uint32_t arrival);

/* The next packet, until it is taken out; NULL when there is none. Its number counts all before it. */
const struct usb_packet *packets_next(void);
void packets_take(void);
uint32_t packets_taken(void);
uint32_t packets_put_in(void);

void packets_drop_all(void);

#endif
