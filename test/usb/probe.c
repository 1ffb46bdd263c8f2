/* Lets a test talk to native/usb: one command a line, one answer a line; numbers may be 0x hexadecimal. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../native/engine/engine.h"
#include "../../native/usb/audio_class.h"
#include "../../native/usb/descriptors.h"
#include "../../native/usb/feedback.h"
#include "../../native/usb/host_clock.h"
#include "../../native/usb/routing.h"

static struct audio_class audio;

static void power_on(void) {
    static void *memory;
    if (!memory) memory = malloc(engine_bytes());
    audio_class_init(&audio, engine_init(memory, engine_bytes(), 44100));
}

static void print_bytes(const uint8_t *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        printf("%02x", bytes[i]);
    puts("");
}

static unsigned number(char **words, unsigned index) {
    return words[index] ? strtoul(words[index], NULL, 0) : 0;
}

static struct usb_setup setup_at(char **words) {
    return (struct usb_setup){.type = number(words, 1),
                              .request = number(words, 2),
                              .value = number(words, 3),
                              .index = number(words, 4),
                              .length = number(words, 5)};
}

static void control_out(const struct usb_setup *setup, const char *hex) {
    uint8_t data[256] = {0};
    for (size_t i = 0; hex && hex[2 * i] && hex[2 * i + 1] && i < sizeof data; i++)
        sscanf(hex + 2 * i, "%2hhx", &data[i]);
    if (!audio_class_accepts(setup)) return (void)puts("stall");
    audio_class_set(&audio, setup, data);
    puts("ok");
}

static void control_in(const struct usb_setup *setup) {
    uint8_t answer[3];
    int length = audio_class_get(&audio, setup, answer);
    if (length < 0) return (void)puts("stall");
    print_bytes(answer, (size_t)length);
}

/*
 * A host that obeys the feedback sends to a clock that is `ppm` faster; it reads the value every 4 ms and
 * follows it `delay` ms later, and its frames had been coming for `before` ms when the stream started. The
 * device sees a frame start up to 3 us late. Prints the worst deviation of the ring from its target in the
 * stream's first second, in its second one, and afterwards, and the mean packet in frames.
 */
static void drift(uint32_t rate, int ppm, unsigned delay, unsigned before, unsigned duration) {
    struct host_clock host_clock;
    host_clock_init(&host_clock);
    struct feedback feedback;
    feedback_start(&feedback, rate);
    uint32_t values[64], random = 1;
    for (unsigned i = 0; i < 64; i++)
        values[i] = feedback_nominal(&feedback);
    double host = 0, clock = 0;
    uint32_t received = 0, consumed = 0;
    int worst[3] = {0};
    for (unsigned frame = 0; frame < before + duration; frame++) {
        random = random * 1664525 + 1013904223;
        const double us = frame * 1000.0 * (1 + ppm * 1e-6) + 3.0 * random / 0x1p32;
        host_clock_frame(&host_clock, (frame + 2000) % 2048, (uint32_t)(int64_t)us - 1000000);
        if (frame < before) continue;
        const unsigned ms = frame - before;
        const uint32_t polled = values[(ms - ms % 4 - delay) % 64];
        host += (ms < delay ? feedback_nominal(&feedback) : polled) / 16384.0;
        received = (uint32_t)floor(host);
        clock += rate * (1 + ppm * 1e-6) / 1000;
        consumed = (uint32_t)floor(clock);
        const int missing = (int)(consumed - received);
        values[(ms + 1) % 64] = feedback_update(&feedback, host_clock_deviation(&host_clock), missing);
        int *so_far = &worst[ms < 2000 ? ms / 1000 : 2];
        if (abs(missing) > *so_far) *so_far = abs(missing);
    }
    printf("%d %d %d %.9f\n", worst[0], worst[1], worst[2], received / (double)duration);
}

/* `values` of a ring that misses `step` frames more each ms, the clocks being the same. */
static void feedback_values(uint32_t rate, int step, unsigned count) {
    struct feedback feedback;
    feedback_start(&feedback, rate);
    printf("%u", feedback_nominal(&feedback));
    for (unsigned ms = 1; ms <= count; ms++)
        printf(" %u", feedback_update(&feedback, 0, step * (int)ms));
    puts("");
}

/* The deviation of frames of `us` each, x 2^20, of which `lost` after the first second are not seen. */
static void host_frames(unsigned us, unsigned count, unsigned lost) {
    struct host_clock clock;
    host_clock_init(&clock);
    for (unsigned frame = 0; frame < count; frame++)
        if (frame < 1000 || frame >= 1000 + lost) host_clock_frame(&clock, frame % 2048, frame * us);
    printf("%d\n", host_clock_deviation(&clock));
}

static void execute(char **words) {
    const char *command = words[0];
    struct usb_setup setup = setup_at(words);
    uint8_t text[USB_STRING_BYTES];
    size_t length;
    if (!strcmp(command, "device")) {
        print_bytes(usb_device_descriptor, sizeof usb_device_descriptor);
    } else if (!strcmp(command, "configuration")) {
        print_bytes(usb_configuration_descriptor, sizeof usb_configuration_descriptor);
    } else if (!strcmp(command, "bos")) {
        print_bytes(usb_bos_descriptor, sizeof usb_bos_descriptor);
    } else if (!strcmp(command, "string")) {
        print_bytes(text, usb_string_descriptor(number(words, 1), "0123456789ABCDEF", text));
    } else if (!strcmp(command, "os")) {
        const uint8_t *descriptor = usb_os_descriptor(&setup, &length);
        descriptor ? print_bytes(descriptor, length) : (void)puts("none");
    } else if (!strcmp(command, "route")) {
        static const char *const names[] = {"stall", "standard", "os descriptor", "audio", "application"};
        puts(names[usb_route(&setup)]);
    } else if (!strcmp(command, "power-on")) {
        power_on();
        puts("ok");
    } else if (!strcmp(command, "in")) {
        control_in(&setup);
    } else if (!strcmp(command, "out")) {
        control_out(&setup, words[6]);
    } else if (!strcmp(command, "set-interface")) {
        puts(audio_class_set_alternate(&audio, number(words, 1), number(words, 2)) ? "ok" : "stall");
    } else if (!strcmp(command, "get-interface")) {
        int alternate = audio_class_get_alternate(&audio, number(words, 1));
        alternate < 0 ? (void)puts("stall") : (void)printf("%d\n", alternate);
    } else if (!strcmp(command, "packet")) {
        unsigned frames = audio_class_frames(&audio, number(words, 1));
        printf("%u frames, %u malformed\n", frames, audio.malformed);
    } else if (!strcmp(command, "engine-rate")) {
        printf("%u\n", audio_class_engine_rate(&audio));
    } else if (!strcmp(command, "drift")) {
        drift(number(words, 1), (int)number(words, 2), number(words, 3), number(words, 4), number(words, 5));
    } else if (!strcmp(command, "feedback")) {
        feedback_values(number(words, 1), (int)number(words, 2), number(words, 3));
    } else if (!strcmp(command, "host-frames")) {
        host_frames(number(words, 1), number(words, 2), number(words, 3));
    } else {
        printf("unknown command %s\n", command);
    }
}

int main(void) {
    power_on();
    for (char line[1024]; fgets(line, sizeof line, stdin);) {
        char *words[9] = {0};
        unsigned count = 0;
        for (char *word = strtok(line, " \n"); word && count < 8; word = strtok(NULL, " \n"))
            words[count++] = word;
        if (count > 0) execute(words);
    }
    return 0;
}
