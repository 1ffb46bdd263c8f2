#include "crc32.h"

/* Remainders of 4 bits: a table of 8 would be as large as all else here together, and no preset waits for it.
 */
static const uint32_t remainders[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

uint32_t crc32(const void *bytes, size_t count, uint32_t crc) {
    const uint8_t *at = bytes;
    uint32_t rest = ~crc;
    while (count--) {
        rest ^= *at++;
        rest = rest >> 4 ^ remainders[rest & 15];
        rest = rest >> 4 ^ remainders[rest & 15];
    }
    return ~rest;
}
