/* What native/xs is given (native/xs/host.h). */
#include "../../native/xs/host.h"

#include <string.h>

#include "device.h"
#include "load.h"
#include "pipe.h"

#define LIVE_MEMORY_BYTES 16384

struct engine *host_engine(void) {
    return device.engine;
}

unsigned host_platform(void) {
#if defined(DSPI_RP2040)
    return 0;
#else
    return 1;
#endif
}

const char *host_serial(void) {
    return device.serial;
}

uint32_t host_rate(void) {
    return device.audio.rate;
}

void host_log(const char *text) {
    pipe_send(MESSAGE_LOG, &(struct part){text, strlen(text)}, 1);
}

void *host_live_memory(size_t bytes) {
    static uint64_t memory[LIVE_MEMORY_BYTES / sizeof(uint64_t)];
    return bytes <= sizeof memory ? memory : NULL;
}

uint32_t host_counter(unsigned selector) {
    return counters_status(&device.counters, &device.audio, selector);
}

unsigned host_load(unsigned core) {
    return load_percent(device.engine, core, device.stream.last_frames);
}

void host_configure_slot(unsigned slot, unsigned type, unsigned pin) {
    device.outputs.slots[slot].configured = true;
    device.outputs.slots[slot].type = (uint8_t)type;
    device.outputs.slots[slot].pin = (uint8_t)pin;
}

void host_configure_pdm(unsigned pin) {
    device.outputs.pdm.configured = true;
    device.outputs.pdm.pin = (uint8_t)pin;
}

void host_configure_clocks(unsigned bck, unsigned mck, bool mck_on, unsigned multiplier) {
    (void)multiplier; /* no signal is made of it here */
    device.outputs.clocks.configured = true;
    device.outputs.clocks.bck = (uint8_t)bck;
    device.outputs.clocks.mck = (uint8_t)mck;
    device.outputs.clocks.mck_on = mck_on;
}
