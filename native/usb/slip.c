#include "slip.h"

#include "../engine/dimensions.h"

static int32_t sample_at(const uint8_t *packet, unsigned index, unsigned bytes) {
    const uint8_t *p = packet + index * bytes;
    return bytes == 2 ? (int16_t)(p[0] | p[1] << 8)
                      : (int32_t)((uint32_t)p[0] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 24) >> 8;
}

static void set_sample(uint8_t *packet, unsigned index, unsigned bytes, int32_t sample) {
    for (unsigned i = 0; i < bytes; i++)
        packet[index * bytes + i] = (uint8_t)(sample >> 8 * i);
}

/* The way from `from` to `to` that is `part` of `whole`, rounded; samples of 24 bits and packets of 7 fit. */
static int32_t between(int32_t from, int32_t to, int32_t part, int32_t whole) {
    const int32_t way = (to >> 1) - (from >> 1); /* halved, it fits with the factor */
    return from + way * part / whole * 2;
}

unsigned slip_drop(uint8_t *packet, unsigned frames, unsigned bytes) {
    if (frames < 2) return frames;
    const unsigned left = frames - 1;
    for (unsigned i = 0; i < DSPI_INPUTS * left; i++) {
        const int32_t now = sample_at(packet, i, bytes), later = sample_at(packet, i + DSPI_INPUTS, bytes);
        set_sample(packet, i, bytes, between(now, later, (int32_t)(i / DSPI_INPUTS), (int32_t)left));
    }
    return left;
}

unsigned slip_insert(uint8_t *packet, unsigned frames, unsigned bytes) {
    if (frames < 2 || frames >= ENGINE_FRAMES_MAX) return frames;
    for (unsigned i = DSPI_INPUTS * (frames + 1); i-- > DSPI_INPUTS;) {
        const int32_t before = sample_at(packet, i - DSPI_INPUTS, bytes);
        const int32_t now = i < DSPI_INPUTS * frames ? sample_at(packet, i, bytes) : before;
        set_sample(packet, i, bytes, between(now, before, (int32_t)(i / DSPI_INPUTS), (int32_t)frames));
    }
    return frames + 1;
}
