/* Lets a test talk to native/usb: one command a line, one answer a line; numbers may be 0x hexadecimal. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../native/engine/engine.h"
#include "../../native/usb/audio_class.h"
#include "../../native/usb/descriptors.h"
#include "../../native/usb/feedback.h"
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
 * A host that obeys the feedback, polled every 4 ms, sends to a clock that is `ppm` off. Prints the worst
 * deviation of the ring from its target before and after `settling` ms, and the mean packet in frames.
 */
static void drift(uint32_t rate, int ppm, unsigned settling, unsigned duration) {
    struct feedback feedback;
    feedback_start(&feedback, rate);
    uint32_t value = feedback_nominal(&feedback), polled = value;
    double host = 0, clock = 0;
    uint32_t received = 0, consumed = 0;
    int worst[2] = {0, 0};
    for (unsigned ms = 0; ms < duration; ms++) {
        if (ms % 4 == 0) polled = value;
        host += polled / 16384.0;
        received = (uint32_t)floor(host);
        clock += rate * (1 + ppm * 1e-6) / 1000;
        consumed = (uint32_t)floor(clock);
        value = feedback_update(&feedback, consumed, received);
        int deviation = abs((int)(received - consumed)), *so_far = &worst[ms >= settling];
        if (deviation > *so_far) *so_far = deviation;
    }
    printf("%d %d %.9f\n", worst[0], worst[1], received / (double)duration);
}

/* `values` of a stream whose host sends and whose clock consumes a whole number of frames each ms. */
static void feedback_values(uint32_t rate, int per_ms_over, unsigned count) {
    struct feedback feedback;
    feedback_start(&feedback, rate);
    printf("%u", feedback_nominal(&feedback));
    for (uint32_t ms = 1; ms <= count; ms++) {
        uint32_t consumed = (uint32_t)((uint64_t)rate * ms / 1000);
        printf(" %u", feedback_update(&feedback, consumed, consumed + (uint32_t)(per_ms_over * (int)ms)));
    }
    puts("");
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
        drift(number(words, 1), (int)number(words, 2), number(words, 3), number(words, 4));
    } else if (!strcmp(command, "feedback")) {
        feedback_values(number(words, 1), (int)number(words, 2), number(words, 3));
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
