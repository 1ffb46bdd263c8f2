/* CRC-32 (IEEE 802.3: polynomial 0x04C11DB7, reflected). */
#ifndef DSPI_XS_CRC32_H
#define DSPI_XS_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* Of `count` bytes; `crc` is that of those before them, or 0. */
uint32_t crc32(const void *bytes, size_t count, uint32_t crc);

#endif
