/* What native/xs is given (native/xs/host.h), but for flash. */
#include "../../native/xs/host.h"

#include <string.h>

#include "pico.h"

#include "audio/audio.h"
#include "audio/figures.h"
#include "audio/load.h"
#include "audio/pdm_line.h"
#include "audio/usb_interrupt.h"
#include "device.h"
#include "log.h"

#define LIVE_MEMORY_BYTES 3072
#define PDM_DMA_UNDERRUNS 6 /* status selector */

struct engine *host_engine(void) {
    return audio.engine;
}

const char *host_serial(void) {
    return device.serial;
}

uint32_t host_rate(void) {
    return audio.class.rate;
}

int16_t host_volume(void) {
    return audio.class.volume;
}

void host_log(const char *text) {
    log_write(text);
}

/* Outlive a reset by the watchdog too: main() clears them at power-on. */
static uint64_t __uninitialized_ram(live_memory)[LIVE_MEMORY_BYTES / sizeof(uint64_t)];
static char __uninitialized_ram(last_report)[HOST_REPORT_BYTES];

void host_clear_live_memory(void) {
    memset(live_memory, 0, sizeof live_memory);
    last_report[0] = 0;
}

char *host_report(void) {
    last_report[HOST_REPORT_BYTES - 1] = 0;
    return last_report;
}

void *host_live_memory(size_t bytes) {
    return bytes <= sizeof live_memory ? live_memory : NULL;
}

uint32_t host_counter(unsigned selector) {
    if (selector == PDM_DMA_UNDERRUNS) return pdm_line_underruns();
    return counters_status(&audio.counters, &audio.class, selector);
}

unsigned host_load(unsigned core) {
    return load_percent(core);
}

/* All lines take from rings of one fill, PDM too. */
unsigned host_buffer(unsigned port, unsigned figure) {
    const unsigned filled = figures_filled(), playing = filled > 0, percent = filled * 100 / FIGURES_BUFFERS;
    const struct fill *slot = figures_slots(), *pdm = figures_pdm();
    const unsigned of_slot[] = {
        FIGURES_BUFFERS - filled, filled - playing, playing, percent, slot->lowest, slot->highest};
    const unsigned of_pdm[] = {percent, pdm->lowest, pdm->highest};
    return port < DSPI_SLOTS ? of_slot[figure] : of_pdm[figure % 3];
}

void host_reset_watermarks(void) {
    figures_reset();
}

uint32_t host_usb_errors(unsigned kind) {
    return usb_interrupt_errors(kind);
}

void host_clear_usb_errors(void) {
    usb_interrupt_clear_errors();
}

void host_enter_bootloader(void) {
    device.leaves_for_bootloader = true;
}
