/*
 * The application image: the modules of a program as XS bytecode that runs where it lies.
 *
 * Little-endian; every record starts 4-aligned.
 *
 *   header       struct image_header
 *   keys         `keys` zero-terminated names: XS identifiers XS_ID_COUNT, XS_ID_COUNT + 1, ...
 *   modules      `modules` times, the one to start first:
 *     u32 code bytes, u32 natives, name (zero-terminated, padded), code (padded), natives
 *     native: u16 identifier, u16 parameters, C function (zero-terminated, padded)
 */
#ifndef DSPI_XS_IMAGE_H
#define DSPI_XS_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMAGE_MAGIC 0x31534458u /* "XDS1" */

/* Which bytecode and which built-in identifiers it was made for. */
#define IMAGE_ENGINE(MAJOR, MINOR, IDENTIFIERS) ((uint32_t)(MAJOR) << 24 | (MINOR) << 16 | (IDENTIFIERS))

/* How large a machine the application needs, manifest.json's "creation". */
struct image_creation {
    uint32_t chunk_bytes;
    uint32_t heap_slots;
    uint32_t stack_slots;
    uint32_t keys;
    uint32_t name_buckets;
    uint32_t symbol_buckets;
    uint32_t steps; /* of bytecode in one entry, beyond which it "did not return" */
};

struct image_header {
    uint32_t magic;
    uint32_t engine;
    uint32_t bytes; /* of the whole image */
    struct image_creation creation;
    uint32_t keys;
    uint32_t key_bytes; /* unpadded */
    uint32_t modules;
};

struct image_module {
    const char *name;
    const uint8_t *code;
    uint32_t code_bytes;
    uint32_t natives;
    const uint8_t *first_native;
};

struct image_native {
    uint16_t identifier;
    uint16_t parameters;
    const char *function;
};

static inline const char *image_keys(const struct image_header *image) {
    return (const char *)(image + 1);
}

/* NULL when it is whole and made for `engine`, else what is wrong. */
const char *image_check(const void *image, size_t size, uint32_t engine);

/* The module to start is number 0. */
bool image_module(const struct image_header *, unsigned number, struct image_module *);
bool image_find_module(const struct image_header *, const char *name, struct image_module *);

/* Reads a native and returns where the next one starts. */
const uint8_t *image_native(const uint8_t *at, struct image_native *);

#endif
