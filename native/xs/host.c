/* host.js: what the board and its firmware give. */
#include "host.h"

#include <string.h>

#include "dimensions.h"

#include "arguments.h"

#define LAST_PIN 29

void xs_host_platform(xsMachine *the) {
#if defined(DSPI_RP2040)
    xsmcSetInteger(xsResult, 0);
#else
    xsmcSetInteger(xsResult, 1);
#endif
}

void xs_host_serial(xsMachine *the) {
    xsmcSetString(xsResult, (char *)host_serial());
}

/* The host's own memory under a buffer: views read and write it in place, and deleting the machine leaves it.
 */
void xs_host_liveMemory(xsMachine *the) {
    argument_count(the, 1);
    uint32_t bytes = argument_integer(the, 0, "bytes", INT32_MAX);
    void *memory = host_live_memory(bytes);
    if (!memory) xsRangeError("bytes: %lu, more than the host has", (unsigned long)bytes);
    xsResult = xsNewHostObject(NULL);
    xsmcSetHostBuffer(xsResult, memory, (int32_t)bytes);
}

void xs_host_differences(xsMachine *the) {
    void *words, *into;
    xsUnsignedValue bytes, room;
    argument_count(the, 3);
    xsmcGetBufferReadable(xsArg(0), &words, &bytes);
    uint32_t offset = argument_integer(the, 1, "offset", INT32_MAX / 2);
    xsmcGetBufferWritable(xsArg(2), &into, &room);
    const uint8_t *live = host_live_memory((size_t)offset + bytes);
    if (!live) xsRangeError("words: %lu bytes, more than live memory", (unsigned long)bytes);
    uint32_t found = 0;
    for (uint32_t at = 0; at + 4 <= bytes; at += 4) {
        if (memcmp((uint8_t *)words + at, live + offset + at, 4) == 0) continue;
        if (2 * found + 2 > room) xsRangeError("into: %lu bytes are too few", (unsigned long)room);
        ((uint16_t *)into)[found++] = (uint16_t)at;
    }
    xsmcSetInteger(xsResult, (xsIntegerValue)found);
}

void xs_host_counter(xsMachine *the) {
    argument_count(the, 1);
    xsmcSetNumber(xsResult, host_counter(argument_integer(the, 0, "selector", 255)));
}

void xs_host_load(xsMachine *the) {
    argument_count(the, 1);
    xsmcSetInteger(xsResult, (int)host_load(argument_integer(the, 0, "core", 1)));
}

void xs_host_configureSlot(xsMachine *the) {
    argument_count(the, 3);
    unsigned slot = argument_integer(the, 0, "slot", DSPI_SLOTS - 1);
    unsigned type = argument_integer(the, 1, "type", 1);
    host_configure_slot(slot, type, argument_integer(the, 2, "pin", LAST_PIN));
}

void xs_host_configurePdm(xsMachine *the) {
    argument_count(the, 1);
    host_configure_pdm(argument_integer(the, 0, "pin", LAST_PIN));
}

void xs_host_configureClocks(xsMachine *the) {
    argument_count(the, 4);
    unsigned bck = argument_integer(the, 0, "bck", LAST_PIN - 1);
    unsigned mck = argument_integer(the, 1, "mck", LAST_PIN);
    bool on = argument_boolean(the, 2, "mckOn");
    unsigned multiplier = argument_integer(the, 3, "multiplier", 256);
    if (multiplier != 128 && multiplier != 256)
        xsRangeError("multiplier: %u, expected 128 or 256", multiplier);
    host_configure_clocks(bck, mck, on, multiplier);
}

void xs_host_buffer(xsMachine *the) {
    argument_count(the, 2);
    unsigned port = argument_integer(the, 0, "port", DSPI_SLOTS);
    xsmcSetInteger(xsResult, (int)host_buffer(port, argument_integer(the, 1, "figure", 5)));
}

void xs_host_resetWatermarks(xsMachine *the) {
    (void)the;
    host_reset_watermarks();
}

void xs_host_nextSequence(xsMachine *the) {
    static uint16_t sequence;
    xsmcSetInteger(xsResult, sequence++);
}

void xs_host_enterBootloader(xsMachine *the) {
    (void)the;
    host_enter_bootloader();
}

void xs_host_log(xsMachine *the) {
    argument_count(the, 1);
    host_log(xsmcToString(xsArg(0)));
}
