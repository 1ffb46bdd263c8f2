/* A Pico or a Pico 2 as a process: its connector is the pipe of pipe.h. */
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "flash.h"
#include "pipe.h"

static void refuse(const char *why) {
    pipe_send(MESSAGE_ERROR, &(struct part){why, strlen(why)}, 1);
}

static unsigned u16_at(const uint8_t *bytes) {
    return bytes[0] | bytes[1] << 8;
}

static void control(const struct message *message) {
    static uint8_t answer[DEVICE_ANSWER_MAX];
    if (message->length < 8) return refuse("a control transfer without a setup packet");
    const uint8_t *body = message->body;
    struct usb_setup setup = {.type = body[0],
                              .request = body[1],
                              .value = u16_at(body + 2),
                              .index = u16_at(body + 4),
                              .length = u16_at(body + 6)};
    if (message->length - 8 != (usb_is_in(&setup) ? 0 : setup.length))
        return refuse("the data stage is not of wLength bytes");
    int length = device_control(&setup, body + 8, answer);
    uint8_t stalled = length == USB_STALL;
    pipe_send(MESSAGE_CONTROL, (struct part[]){{&stalled, 1}, {answer, stalled ? 0 : (size_t)length}}, 2);
}

static void send_frames(const struct stream *stream) {
    uint32_t numbers[2] = {stream->frames, stream->feedback_value};
    uint8_t flags[4] = {stream->slot_mask, stream->pdm_active};
    struct part parts[3 + DSPI_SLOTS] = {{numbers, sizeof numbers}, {flags, sizeof flags}};
    unsigned count = 2;
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++)
        if (stream->slot_mask >> slot & 1)
            parts[count++] = (struct part){stream->slots[slot], stream->frames * 6};
    if (stream->pdm_active)
        parts[count++] = (struct part){stream->pdm_bits, (size_t)stream->frames * PDM_FRAME_BYTES};
    pipe_send(MESSAGE_FRAMES, parts, count);
}

static void frames(const struct message *message) {
    const uint8_t *lengths = message->body + 2, *end = message->body + message->length;
    size_t count = message->length >= 2 ? u16_at(message->body) : 0;
    if (count < 1 || count > STREAM_BATCH_MAX || message->length < 2 + 2 * count)
        return refuse("a batch is 1 to 1000 USB frames with a length each");
    const uint8_t *packet = lengths + 2 * count;
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += u16_at(lengths + 2 * i) == NO_PACKET ? 0 : u16_at(lengths + 2 * i);
    if (bytes != (size_t)(end - packet)) return refuse("the packets do not have the lengths that were said");

    stream_collect(&device.stream);
    for (size_t i = 0; i < count; i++) {
        unsigned length = u16_at(lengths + 2 * i);
        bool none = length == NO_PACKET;
        device_frame(none ? NULL : packet, none ? 0 : length);
        packet += none ? 0 : length;
    }
    send_frames(&device.stream);
}

static void pins(void) {
    struct {
        uint8_t number, output, level;
        char function[13];
    } report[GPIO_COUNT] = {0};
    for (unsigned i = 0; i < GPIO_COUNT; i++) {
        struct pin pin = outputs_pin(&device.outputs, i);
        report[i].number = (uint8_t)i;
        report[i].output = pin.output;
        report[i].level = pin.level;
        strncpy(report[i].function, pin.function, sizeof report[i].function - 1);
    }
    pipe_send(MESSAGE_PINS, &(struct part){report, sizeof report}, 1);
}

static void gpio(const struct message *message) {
    if (message->length != 2 || !outputs_drive(&device.outputs, message->body[0], message->body[1] == 1))
        return refuse("no such pin, or it is an output");
    pipe_send(MESSAGE_GPIO, NULL, 0);
}

static void heap(void) {
    struct machine_heap heap = machine_heap(device.machine);
    uint32_t numbers[6] = {(uint32_t)heap.slots,         (uint32_t)heap.chunks,
                           (uint32_t)heap.slot_capacity, (uint32_t)heap.chunk_capacity,
                           (uint32_t)heap.stack,         (uint32_t)heap.stack_capacity};
    pipe_send(MESSAGE_HEAP, &(struct part){numbers, sizeof numbers}, 1);
}

static void cut(const struct message *message) {
    uint32_t operations;
    if (message->length != sizeof operations) return refuse("a number of flash operations is 4 bytes");
    memcpy(&operations, message->body, sizeof operations);
    flash_cut_after(operations);
    pipe_send(MESSAGE_CUT, NULL, 0);
}

static void serve(const struct message *message) {
    if (device.in_bootloader && message->type != MESSAGE_FRAMES)
        return refuse("the chip is in its bootloader");
    switch (message->type) {
    case MESSAGE_CONTROL:
        return control(message);
    case MESSAGE_FRAMES:
        return frames(message);
    case MESSAGE_PINS:
        return pins();
    case MESSAGE_GPIO:
        return gpio(message);
    case MESSAGE_HEAP:
        return heap();
    case MESSAGE_CUT:
        return cut(message);
    default:
        return refuse("a message of unknown type");
    }
}

static bool is_serial(const char *text) {
    return strlen(text) == 16 && strspn(text, "0123456789ABCDEF") == 16;
}

int main(int count, char *arguments[]) {
    const char *flash = NULL, *serial = NULL;
    int32_t clock_ppm = 0;
    bool usage = count < 2 || count % 2 != 0;
    for (int i = 2; !usage && i < count; i += 2) {
        if (!strcmp(arguments[i], "--flash"))
            flash = arguments[i + 1];
        else if (!strcmp(arguments[i], "--serial"))
            serial = arguments[i + 1];
        else if (!strcmp(arguments[i], "--clock-ppm"))
            clock_ppm = atoi(arguments[i + 1]);
        else
            usage = true;
    }
    if (usage || !flash || !serial || !is_serial(serial) || abs(clock_ppm) > 1000)
        fail("usage: %s IMAGE --flash FILE --serial 16-UPPER-CASE-HEX-DIGITS [--clock-ppm -1000...1000]",
             arguments[0]);
    pipe_open();
    flash_open(flash);
    device_start(arguments[1], serial, clock_ppm);
    pipe_send(MESSAGE_READY, NULL, 0);
    for (struct message message; pipe_read(&message);)
        serve(&message);
    return 0;
}
