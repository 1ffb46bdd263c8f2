#include "spdif.h"

#include <string.h>

/* 8 half-bits that break the biphase rule, from level 0 to level 0 (IEC 60958-1, preambles). */
#define PREAMBLE_B 0x17 /* 1110 1000: left, first of a block */
#define PREAMBLE_M 0x47 /* 1110 0010: left */
#define PREAMBLE_W 0x27 /* 1110 0100: right */

/*
 * Slots 28 to 31, validity, user data, channel status and parity, from level 0 to level 0. Validity and user
 * data are 0. Parity follows from the level before, see encode().
 */
#define TAIL         0x33000000 /* 11 00 11 00: channel status 0 */
#define TAIL_STATUS1 0x20000000 /* what 11 00 10 10 has more */
#define TAIL_LEVELS  0x7fffffff /* the last half-bit is always 0 */

/* Line levels of the 8 slots of a byte when the level before was 0. Made by spdif_init(), and so in RAM. */
static int16_t levels[256];

static void make_levels(void) {
    levels[0] = 0x3333; /* the level changes at the start of every slot */
    for (unsigned byte = 1; byte < 256; byte++) {
        unsigned slot = __builtin_ctz(byte);
        uint16_t from_middle = 0xfffeu << 2 * slot; /* a 1 changes it again in the middle of its slot */
        levels[byte] = (int16_t)(levels[byte & (byte - 1)] ^ from_middle);
    }
}

/* Channel status of a consumer's PCM stream (IEC 60958-3, mode 0). */
static void make_status(struct spdif *spdif, uint32_t rate) {
    uint32_t code = rate == 44100 ? 0x0 : rate == 48000 ? 0x2 : rate == 96000 ? 0xa : 0x1 /* not stated */;
    memset(spdif->status, 0, sizeof spdif->status);
    for (unsigned channel = 0; channel < 2; channel++) {
        spdif->status[channel][0] = 0x04                  /* byte 0: linear PCM, copying permitted */
                                    | 0x00 << 8           /* byte 1: general category */
                                    | (channel + 1) << 20 /* byte 2: channel number, 1 is left */
                                    | code << 24;         /* byte 3: rate, accuracy level II (1000 ppm) */
        spdif->status[channel][1] = 0x0b;                 /* byte 4: word length 24 of 24 */
    }
}

void spdif_init(struct spdif *spdif, uint32_t rate) {
    make_levels();
    make_status(spdif, rate);
    spdif->frame = 0;
}

/*
 * One channel of `frames` frames that have their channel status in one word.
 *
 * Every byte is looked up as if the line were at level 0 before it. Where it was at 1, the levels are the
 * inverse: the sign of a byte's levels is the level it leaves behind, and extended over what follows it
 * inverts that.
 */
static void encode(const int32_t *samples, unsigned frames, uint32_t preamble, uint32_t status,
                   uint32_t *words) {
    for (const int32_t *end = samples + frames; samples < end; status >>= 1, words += SPDIF_FRAME_WORDS) {
        uint32_t sample = (uint32_t)*samples++;
        int32_t low = levels[sample & 0xff];
        int32_t middle = levels[sample >> 8 & 0xff];
        int32_t high = levels[sample >> 16 & 0xff];
        uint32_t tail = TAIL + (status & 1) * TAIL_STATUS1;
        words[0] = preamble ^ (uint32_t)low << 8 ^ (uint32_t)middle << 24;
        middle ^= low >> 15;
        words[1] = ((uint32_t)(middle >> 8) ^ (uint32_t)high << 8 ^ tail) & TAIL_LEVELS;
    }
}

void spdif_encode(struct spdif *spdif, const int32_t *left, const int32_t *right, unsigned frames,
                  uint32_t *words) {
    while (frames > 0) {
        unsigned word = spdif->frame / 32, bit = spdif->frame % 32;
        unsigned count = frames < 32 - bit ? frames : 32 - bit;
        encode(left, count, PREAMBLE_M, spdif->status[0][word] >> bit, words);
        encode(right, count, PREAMBLE_W, spdif->status[1][word] >> bit, words + 2);
        if (spdif->frame == 0) words[0] ^= PREAMBLE_M ^ PREAMBLE_B;
        spdif->frame += count;
        if (spdif->frame == SPDIF_BLOCK_FRAMES) spdif->frame = 0;
        left += count;
        right += count;
        words += count * SPDIF_FRAME_WORDS;
        frames -= count;
    }
}
