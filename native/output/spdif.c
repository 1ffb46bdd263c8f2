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
#define TAIL   0x33000000 /* 11 00 11 00: channel status 0 */
#define STATUS 0x60000000 /* where 11 00 10 10 differs: channel status 1 */

/* Line levels of the 8 slots of a byte when the level before was 0. Made by spdif_init(), and so in RAM. */
static int16_t levels[256] __attribute__((used));

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
 * Frames whose preamble is M, and channel status 0.
 *
 * Every byte is looked up as if the line were at level 0 before it. Where it was at 1, the levels are the
 * inverse: the sign of a byte's levels is the level it leaves behind, and extended over what follows it
 * inverts that. The last half-bit is always 0.
 */
#if defined(__ARM_ARCH_6M__)

void encode(const int32_t *left, const int32_t *right, unsigned frames, uint32_t *words);
__asm__(".include \"spdif_m0plus.S\"");

#else

static inline void encode_subframe(int32_t sample, uint32_t preamble, uint32_t *words) {
    const int32_t low = levels[sample & 0xff];
    const int32_t middle = levels[sample >> 8 & 0xff];
    const int32_t high = levels[sample >> 16 & 0xff];
    words[0] = ((uint32_t)low << 8 ^ (uint32_t)middle << 24) + preamble;
    words[1] = ((uint32_t)((middle ^ low >> 15) >> 7) ^ (uint32_t)high << 9) >> 1 ^ TAIL;
}

static void encode(const int32_t *left, const int32_t *right, unsigned frames, uint32_t *words) {
    for (unsigned frame = 0; frame < frames; frame++, words += SPDIF_FRAME_WORDS) {
        encode_subframe(left[frame], PREAMBLE_M, words);
        encode_subframe(right[frame], PREAMBLE_W, words + 2);
    }
}

#endif

/* Sets the channel status of frames that have theirs in one word; most of it is 0. */
static void add_status(uint32_t status, unsigned frames, uint32_t *words) {
    for (const uint32_t *end = words + frames * SPDIF_FRAME_WORDS; status && words < end;
         status >>= 1, words += SPDIF_FRAME_WORDS)
        words[1] ^= (status & 1) * STATUS;
}

void spdif_encode(struct spdif *spdif, const int32_t *left, const int32_t *right, unsigned frames,
                  uint32_t *words) {
    while (frames > 0) {
        unsigned word = spdif->frame / 32, bit = spdif->frame % 32;
        unsigned count = frames < 32 - bit ? frames : 32 - bit;
        encode(left, right, count, words);
        add_status(spdif->status[0][word] >> bit, count, words);
        add_status(spdif->status[1][word] >> bit, count, words + 2);
        if (spdif->frame == 0) words[0] ^= PREAMBLE_M ^ PREAMBLE_B;
        spdif->frame += count;
        if (spdif->frame == SPDIF_BLOCK_FRAMES) spdif->frame = 0;
        left += count;
        right += count;
        words += count * SPDIF_FRAME_WORDS;
        frames -= count;
    }
}
