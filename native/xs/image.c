#include "image.h"

#include <string.h>

static size_t padded(size_t bytes) {
    return (bytes + 3) & ~(size_t)3;
}

static uint32_t word(const uint8_t *at) {
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

const char *image_check(const void *data, size_t size, uint32_t engine) {
    const struct image_header *image = data;
    if (size < sizeof *image || image->magic != IMAGE_MAGIC) return "this is no application image";
    if (image->engine != engine) return "the application image was made for another version of XS";
    if (image->bytes != size) return "the application image is incomplete";
    if (image->modules == 0) return "the application image has no modules";
    return NULL;
}

static const uint8_t *read_module(const uint8_t *at, struct image_module *module) {
    module->code_bytes = word(at);
    module->natives = word(at + 4);
    at += 8;
    module->name = (const char *)at;
    at += padded(strlen(module->name) + 1);
    module->code = at;
    at += padded(module->code_bytes);
    module->first_native = at;
    struct image_native native;
    for (uint32_t i = 0; i < module->natives; i++)
        at = image_native(at, &native);
    return at;
}

static const uint8_t *first_module(const struct image_header *image) {
    return (const uint8_t *)image_keys(image) + padded(image->key_bytes);
}

bool image_module(const struct image_header *image, unsigned number, struct image_module *module) {
    if (number >= image->modules) return false;
    const uint8_t *at = first_module(image);
    do
        at = read_module(at, module);
    while (number--);
    return true;
}

bool image_find_module(const struct image_header *image, const char *name, struct image_module *module) {
    const uint8_t *at = first_module(image);
    for (uint32_t i = 0; i < image->modules; i++) {
        at = read_module(at, module);
        if (strcmp(module->name, name) == 0) return true;
    }
    return false;
}

const uint8_t *image_native(const uint8_t *at, struct image_native *native) {
    uint32_t head = word(at);
    native->identifier = head & 0xffff;
    native->parameters = head >> 16;
    native->function = (const char *)at + 4;
    return at + 4 + padded(strlen(native->function) + 1);
}
