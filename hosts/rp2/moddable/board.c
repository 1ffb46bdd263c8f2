/*
 * board.js: power-on, and the application's share of a turn, for a machine that the Moddable SDK runs. Stands
 * in for hosts/rp2/main.c and native/xs/machine.c.
 */
#include <stdio.h>
#include <string.h>

#include "xsmc.h"

#include "hardware/watchdog.h"
#include "pico/bootrom.h"
#include "pico/stdlib.h"
#include "pico/unique_id.h"

#include "../../../native/xs/handlers.h"
#include "../../../native/xs/host.h"
#include "../../../native/xs/machine.h"
#include "../audio/audio.h"
#include "../device.h"
#include "../fault.h"
#include "../heartbeat.h"
#include "../log.h"
#include "../outputs.h"
#include "../usb.h"
#include "clock.h"

#define BOOTLOADER_MS 100
#define HANDLERS      (MACHINE_VOLUME + 1)

struct device device;

static xsSlot handlers[HANDLERS]; /* remembered; undefined until the application gives one */
static bool given[HANDLERS];
static uint32_t rate;
static int16_t volume;

static xsMachine *current;

/* audio_in_ram.ld: the Pico SDK's start knows nothing of it. */
extern uint8_t __audio_start__[], __audio_end__[], __audio_source__[];

void xs_board_start(xsMachine *the) {
    current = the;
    memcpy(__audio_start__, __audio_source__, (size_t)(__audio_end__ - __audio_start__));
    clock_start();
    pico_get_unique_board_id_string(device.serial, sizeof device.serial);
    if (!watchdog_caused_reboot()) host_clear_live_memory();
    log_init();
    log_write("dspi-xs on " BOARD_NAME ", by mcconfig");
    fault_init();
    heartbeat_init();
    audio_init();
    outputs_init();
    usb_init(device.serial);
    rate = audio.class.rate;
    volume = audio.class.volume;
}

/* native/xs/usb.c calls it with the machine's context, which is the SDK's: there is but one machine. */
void machine_set_handler(struct machine *context, enum machine_handler which, const void *function) {
    (void)context;
    xsMachine *the = current;
    handlers[which] = *(const xsSlot *)function;
    if (!given[which]) xsRemember(handlers[which]);
    given[which] = true;
}

static void call_with_number(xsMachine *the, enum machine_handler which, double number) {
    if (!given[which]) return;
    xsmcVars(1);
    xsmcSetNumber(xsVar(0), number);
    xsCallFunction1(handlers[which], xsUndefined, xsVar(0));
}

/* What the application answers, as modules/hardware.ts says of ControlHandler. */
static int take_answer(xsMachine *the, struct usb_request *request) {
    const bool in = usb_is_in(&request->setup);
    void *data;
    xsUnsignedValue bytes;
    if (xsmcTypeOf(xsResult) == xsUndefinedType) return USB_STALL;
    if (!in) return xsmcTest(xsResult) ? 0 : USB_STALL;
    xsmcGetBufferReadable(xsResult, &data, &bytes);
    if (bytes > request->setup.length) bytes = request->setup.length;
    if (bytes > sizeof request->data) bytes = sizeof request->data;
    memcpy(request->data, data, bytes);
    return (int)bytes;
}

static int answer(xsMachine *the, struct usb_request *request) {
    const struct usb_setup *setup = &request->setup;
    const unsigned numbers[] = {setup->type, setup->request, setup->value, setup->index, setup->length};
    if (!given[MACHINE_CONTROL]) return USB_STALL;
    xsmcVars(6);
    for (unsigned i = 0; i < 5; i++)
        xsmcSetInteger(xsVar(i), (int)numbers[i]);
    if (!usb_is_in(setup)) xsmcSetArrayBuffer(xsVar(5), request->data, setup->length);
    xsResult = xsCallFunction6(handlers[MACHINE_CONTROL], xsUndefined, xsVar(0), xsVar(1), xsVar(2), xsVar(3),
                               xsVar(4), xsVar(5));
    return take_answer(the, request);
}

static void report(const char *text) {
    snprintf(host_report(), HOST_REPORT_BYTES, "uncaught exception: %s", text);
    log_write(host_report());
}

static void report_exception(xsMachine *the) {
    xsTry {
        report(xsmcToString(xsException));
    }
    xsCatch {
        report("one that cannot be shown");
    }
}

/* The application goes on: what else it has thrown away is not known. */
static int try_to_answer(xsMachine *the, struct usb_request *request) {
    int volatile length = USB_STALL;
    xsTry {
        length = answer(the, request);
    }
    xsCatch {
        report_exception(the);
    }
    return length;
}

static int tell_report(struct usb_request *request) {
    const size_t length = strnlen(host_report(), sizeof request->data);
    memcpy(request->data, host_report(), length);
    return length < request->setup.length ? (int)length : request->setup.length;
}

static void serve(xsMachine *the, struct usb_request *request) {
    const bool wants_report = request->setup.type == 0xc1 && request->setup.request == MACHINE_REPORT_REQUEST;
    usb_request_answer(wants_report ? tell_report(request) : try_to_answer(the, request));
}

void xs_board_poll(xsMachine *the) {
    if (rate != audio.class.rate) call_with_number(the, MACHINE_RATE, rate = audio.class.rate);
    if (volume != audio.class.volume)
        call_with_number(the, MACHINE_VOLUME, (volume = audio.class.volume) / 256.0);
    struct usb_request *request = usb_request_waiting();
    if (request) serve(the, request);
    if (device.leaves_for_bootloader) {
        sleep_ms(BOOTLOADER_MS);
        reset_usb_boot(0, 0);
    }
    fault_alive();
    heartbeat_show();
}

/* The SDK prints to a serial port over USB when a host has opened one: this device has none. */
bool tud_cdc_connected(void);
bool tud_cdc_connected(void) {
    return false;
}
