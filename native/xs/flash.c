/* flash.js: the chip's NOR flash. */
#include "arguments.h"
#include "crc32.h"
#include "host.h"

/* A place of `unit` bytes at a multiple of them. */
static uint32_t place(xsMachine *the, uint32_t unit) {
    uint32_t offset = argument_integer(the, 0, "offset", host_flash_size() - unit);
    if (offset % unit != 0)
        xsRangeError("offset: %lu, expected a multiple of %lu", (unsigned long)offset, (unsigned long)unit);
    return offset;
}

void xs_flash_size(xsMachine *the) {
    xsmcSetNumber(xsResult, host_flash_size());
}

void xs_flash_read(xsMachine *the) {
    void *into;
    xsUnsignedValue bytes;
    argument_count(the, 2);
    uint32_t offset = argument_integer(the, 0, "offset", host_flash_size());
    xsmcGetBufferWritable(xsArg(1), &into, &bytes);
    if (bytes > host_flash_size() - offset)
        xsRangeError("into: %lu bytes at %lu reach beyond the flash", (unsigned long)bytes,
                     (unsigned long)offset);
    host_flash_read(offset, into, bytes);
}

void xs_flash_program(xsMachine *the) {
    void *page;
    xsUnsignedValue bytes;
    argument_count(the, 2);
    uint32_t offset = place(the, HOST_FLASH_PAGE);
    xsmcGetBufferReadable(xsArg(1), &page, &bytes);
    if (bytes != HOST_FLASH_PAGE)
        xsRangeError("page: %lu bytes, expected %d", (unsigned long)bytes, HOST_FLASH_PAGE);
    host_flash_program(offset, page);
}

void xs_flash_erase(xsMachine *the) {
    argument_count(the, 1);
    host_flash_erase(place(the, HOST_FLASH_SECTOR));
}

void xs_flash_crc32(xsMachine *the) {
    void *bytes;
    xsUnsignedValue count;
    argument_count(the, 2);
    xsmcGetBufferReadable(xsArg(0), &bytes, &count);
    const uint32_t crc = (uint32_t)xsmcToInteger(xsArg(1));
    xsmcSetInteger(xsResult, (xsIntegerValue)crc32(bytes, count, crc));
}

void xs_flash_crc32At(xsMachine *the) {
    uint8_t part[64];
    argument_count(the, 2);
    uint32_t offset = argument_integer(the, 0, "offset", host_flash_size());
    uint32_t left = argument_integer(the, 1, "length", host_flash_size() - offset);
    uint32_t crc = 0;
    while (left > 0) {
        const uint32_t bytes = left < sizeof part ? left : sizeof part;
        host_flash_read(offset, part, bytes);
        crc = crc32(part, bytes, crc);
        offset += bytes;
        left -= bytes;
    }
    xsmcSetInteger(xsResult, (xsIntegerValue)crc);
}
