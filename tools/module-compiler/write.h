/* Bytes that grow as they are written. */
#ifndef MODULE_COMPILER_WRITE_H
#define MODULE_COMPILER_WRITE_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
    uint8_t *data;
    size_t size, capacity;
};

void bytes_add(struct bytes *, const void *data, size_t size);
void bytes_add16(struct bytes *, uint16_t value);
void bytes_add32(struct bytes *, uint32_t value);
void bytes_add_string(struct bytes *, const char *text); /* with its final zero */
void bytes_pad(struct bytes *);                          /* to a multiple of 4 */

#endif
