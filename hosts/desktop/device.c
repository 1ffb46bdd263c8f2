#include "device.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../native/usb/descriptors.h"
#include "../../native/usb/routing.h"
#include "../../native/xs/host.h"
#include "pipe.h"

struct device device;

/* Stays in memory: the machine runs its bytecode in place. */
static uint8_t *read_image(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) fail("image %s: %s", path, strerror(errno));
    long length = ftell(file);
    rewind(file);
    uint8_t *image = length > 0 ? malloc((size_t)length) : NULL;
    if (!image || fread(image, 1, (size_t)length, file) != (size_t)length)
        fail("image %s: cannot be read", path);
    fclose(file);
    *size = (size_t)length;
    return image;
}

static void report(void *context, const char *text) {
    (void)context;
    host_log(text);
}

void device_start(const char *image_file, const char *serial, int32_t clock_ppm) {
    memcpy(device.serial, serial, 16);
    void *memory = malloc(engine_bytes());
    device.engine = memory ? engine_init(memory, engine_bytes(), 44100) : NULL;
    if (!device.engine) fail("no memory for the engine");
    audio_class_init(&device.audio, device.engine);
    device.usb = (struct chapter9){.audio = &device.audio, .serial = device.serial};
    stream_init(&device.stream, device.engine, &device.audio, &device.counters, &device.outputs, clock_ppm);
    size_t size;
    const uint8_t *image = read_image(image_file, &size);
    device.machine = machine_new(image, size, report, NULL);
    if (!device.machine) fail("image %s: it does not start", image_file);
}

static int os_descriptor(const struct usb_setup *setup, uint8_t *answer) {
    size_t length;
    const uint8_t *descriptor = usb_os_descriptor(setup, &length);
    memcpy(answer, descriptor, length);
    return (int)length;
}

static int audio_control(const struct usb_setup *setup, const uint8_t *data, uint8_t *answer) {
    if (usb_is_in(setup)) return audio_class_get(&device.audio, setup, answer);
    if (!audio_class_accepts(setup)) return USB_STALL;
    audio_class_set(&device.audio, setup, data);
    return 0;
}

static int application(const struct usb_setup *setup, const uint8_t *data, uint8_t *answer) {
    struct machine_request request = {.type = setup->type,
                                      .request = setup->request,
                                      .value = setup->value,
                                      .index = setup->index,
                                      .length = setup->length};
    int32_t length = machine_control(device.machine, &request, data, answer);
    return length == MACHINE_STALL ? USB_STALL : length;
}

static int route(const struct usb_setup *setup, const uint8_t *data, uint8_t *answer) {
    switch (usb_route(setup)) {
    case USB_ROUTE_STANDARD:
        return chapter9(&device.usb, setup, answer);
    case USB_ROUTE_OS_DESCRIPTOR:
        return os_descriptor(setup, answer);
    case USB_ROUTE_AUDIO:
        return audio_control(setup, data, answer);
    case USB_ROUTE_APPLICATION:
        return application(setup, data, answer);
    default:
        return USB_STALL;
    }
}

/* The application designs its filters for a rate before the next packet is heard at it. */
static void follow_changes(uint32_t rate, int16_t volume, uint8_t alternate) {
    if (device.audio.volume != volume) machine_volume(device.machine, device.audio.volume);
    bool other_rate = device.audio.rate != rate;
    bool started = alternate == 0 && device.audio.alternate > 0;
    bool stopped = alternate > 0 && device.audio.alternate == 0;
    if (other_rate) machine_rate(device.machine, device.audio.rate);
    if (started) memset(device.counters.starvations, 0, sizeof device.counters.starvations);
    if (other_rate || started || stopped) stream_restart(&device.stream);
}

void device_frame(const uint8_t *packet, size_t bytes) {
    if (device.in_bootloader) return;
    stream_frame(&device.stream, packet, bytes);
    if (device.leaves_in == 0 || --device.leaves_in > 0) return;
    device.in_bootloader = true;
    pipe_send(MESSAGE_BOOTLOADER, NULL, 0);
}

int device_control(const struct usb_setup *setup, const uint8_t *data, uint8_t answer[DEVICE_ANSWER_MAX]) {
    uint32_t rate = device.audio.rate;
    int16_t volume = device.audio.volume;
    uint8_t alternate = device.audio.alternate;
    int length = route(setup, data, answer);
    follow_changes(rate, volume, alternate);
    return length > setup->length ? setup->length : length;
}
