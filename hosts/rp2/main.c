/* A Pico or a Pico 2: power-on, and the thread that runs the application. */
#include "hardware/watchdog.h"
#include "pico/bootrom.h"
#include "pico/stdlib.h"
#include "pico/unique_id.h"

#include "../../native/xs/machine.h"
#include "audio/audio.h"
#include "audio/load.h"
#include "device.h"
#include "fault.h"
#include "heartbeat.h"
#include "log.h"
#include "outputs.h"
#include "thread.h"
#include "usb.h"

#define BOOTLOADER_MS 100

struct device device;

extern const uint8_t app_image[], app_image_end[];

static void report(void *context, const char *text) {
    (void)context;
    log_write(text);
}

static struct machine *machine;

/* For a debugger, as the emulator is one: it sets `wanted`, and reads the heap when that is false again. */
struct {
    volatile uint32_t wanted;
    struct machine_heap heap;
} heap_inspection;

static void inspect(void) {
    if (!heap_inspection.wanted) return;
    heap_inspection.heap = machine_heap(machine);
    heap_inspection.wanted = false;
}

static void answer(struct usb_request *request) {
    const struct usb_setup *setup = &request->setup;
    struct machine_request vendor = {.type = setup->type,
                                     .request = setup->request,
                                     .value = setup->value,
                                     .index = setup->index,
                                     .length = setup->length < sizeof request->data ? setup->length
                                                                                    : sizeof request->data};
    int32_t length = machine_control(machine, &vendor, request->data, request->data);
    usb_request_answer(length == MACHINE_STALL ? USB_STALL : length);
}

static void leave_for_bootloader(void) {
    sleep_ms(BOOTLOADER_MS);
    reset_usb_boot(0, 0);
}

static void run_application(void) {
    uint32_t rate = audio.class.rate;
    int16_t volume = audio.class.volume;
    if (!fault_is_lasting())
        machine = machine_new(app_image, (size_t)(app_image_end - app_image), report, NULL);
    for (;;) {
        if (rate != audio.class.rate) {
            rate = audio.class.rate;
            machine_rate(machine, rate);
        }
        if (volume != audio.class.volume) {
            volume = audio.class.volume;
            machine_volume(machine, volume);
        }
        struct usb_request *request = usb_request_waiting();
        if (request) answer(request);
        if (device.leaves_for_bootloader) leave_for_bootloader();
        inspect();
        fault_alive();
        heartbeat_alarm(!machine_is_up(machine));
        heartbeat_show();
        load_wait_for_interrupt(); /* at most until the next tick of 1 ms */
    }
}

int main(void) {
    pico_get_unique_board_id_string(device.serial, sizeof device.serial);
    if (!watchdog_caused_reboot()) host_clear_live_memory();
    log_init();
    log_write("dspi-xs on " BOARD_NAME);
    fault_init();
    heartbeat_init();
    audio_init();
    outputs_init();
    usb_init(device.serial);
    thread_run(run_application);
}
