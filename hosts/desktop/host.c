/* What native/xs is given (native/xs/host.h). */
#include "../../native/xs/host.h"

#include <string.h>

#include "device.h"
#include "load.h"
#include "pipe.h"

#define LIVE_MEMORY_BYTES 16384
#define BOOTLOADER_MS     100

struct engine *host_engine(void) {
    return device.engine;
}

const char *host_serial(void) {
    return device.serial;
}

uint32_t host_rate(void) {
    return device.audio.rate;
}

int16_t host_volume(void) {
    return device.audio.volume;
}

void host_log(const char *text) {
    pipe_send(MESSAGE_LOG, &(struct part){text, strlen(text)}, 1);
}

char *host_report(void) {
    static char text[HOST_REPORT_BYTES];
    return text;
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

unsigned host_buffer(unsigned port, unsigned figure) {
    return port < DSPI_SLOTS ? stream_slot_figure(&device.stream, figure)
                             : stream_pdm_figure(&device.stream, figure);
}

void host_reset_watermarks(void) {
    fill_reset(&device.stream.slot_fill);
    fill_reset(&device.stream.pdm_fill);
}

/* Nothing goes wrong on a wire that is a pipe. */
uint32_t host_usb_errors(unsigned kind) {
    (void)kind;
    return 0;
}

void host_clear_usb_errors(void) {}

void host_enter_bootloader(void) {
    if (device.leaves_in == 0) device.leaves_in = BOOTLOADER_MS;
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
