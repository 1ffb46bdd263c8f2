#include "write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bytes_add(struct bytes *bytes, const void *data, size_t size) {
    if (bytes->size + size > bytes->capacity) {
        bytes->capacity = 2 * (bytes->size + size);
        bytes->data = realloc(bytes->data, bytes->capacity);
        if (!bytes->data) {
            fputs("out of memory\n", stderr);
            exit(1);
        }
    }
    memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
}

void bytes_add16(struct bytes *bytes, uint16_t value) {
    bytes_add(bytes, (uint8_t[]){value, value >> 8}, 2);
}

void bytes_add32(struct bytes *bytes, uint32_t value) {
    bytes_add16(bytes, value);
    bytes_add16(bytes, value >> 16);
}

void bytes_add_string(struct bytes *bytes, const char *text) {
    bytes_add(bytes, text, strlen(text) + 1);
}

void bytes_pad(struct bytes *bytes) {
    bytes_add(bytes, (uint8_t[3]){0}, -bytes->size & 3);
}
