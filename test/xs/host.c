/*
 * A host that is only a machine, for tests: runs the application of an image and does what it reads, a line
 * each, answering with a line each.
 *
 *   control TYPE REQUEST VALUE INDEX LENGTH [hex]   "ok [hex]" or "stall"
 *   rate HZ                                         "ok"
 *   volume 256THS                                   "ok"
 *   heap                                            slots, their capacity, chunks, their capacity in bytes
 *   starts                                          how often the application has been started
 *
 * What the application logs is printed as it is, what the machine reports after "report: ".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "machine.h"

static uint64_t live_memory[512];
static uint32_t rate = 48000;
static int16_t volume;

const char *host_serial(void) {
    return "0123456789ABCDEF";
}

uint32_t host_rate(void) {
    return rate;
}

int16_t host_volume(void) {
    return volume;
}

void host_log(const char *text) {
    puts(text);
}

char *host_report(void) {
    static char text[HOST_REPORT_BYTES];
    return text;
}

void *host_live_memory(size_t bytes) {
    return bytes <= sizeof live_memory ? live_memory : NULL;
}

uint32_t host_counter(unsigned selector) {
    return 1000 + selector;
}

unsigned host_load(unsigned core) {
    return 10 + core;
}

void host_configure_slot(unsigned slot, unsigned type, unsigned pin) {
    printf("slot %u type %u pin %u\n", slot, type, pin);
}

void host_configure_pdm(unsigned pin) {
    printf("pdm pin %u\n", pin);
}

void host_configure_clocks(unsigned bck, unsigned mck, bool mck_on, unsigned multiplier) {
    printf("bck %u mck %u %s %u\n", bck, mck, mck_on ? "on" : "off", multiplier);
}

unsigned host_buffer(unsigned port, unsigned figure) {
    return 10 * port + figure;
}

void host_reset_watermarks(void) {}

uint32_t host_usb_errors(unsigned kind) {
    return kind;
}

void host_clear_usb_errors(void) {}

void host_enter_bootloader(void) {
    puts("bootloader");
}

static void print_report(void *context, const char *text) {
    (void)context;
    printf("report: %s\n", text);
}

static void *read_file(const char *name, size_t *size) {
    FILE *file = fopen(name, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) return NULL;
    *size = (size_t)ftell(file);
    rewind(file);
    void *data = malloc(*size + 1);
    if (data && fread(data, 1, *size, file) != *size) data = NULL;
    fclose(file);
    return data;
}

static void control(struct machine *machine, const char *line) {
    static uint8_t data[65536], answer[65536];
    unsigned type, code, value, index, length;
    char hex[8192] = "";
    if (sscanf(line, "control %u %u %u %u %u %8191s", &type, &code, &value, &index, &length, hex) < 5) {
        puts("= what?");
        return;
    }
    for (unsigned i = 0; hex[2 * i] && hex[2 * i + 1]; i++)
        sscanf(hex + 2 * i, "%2hhx", &data[i]);
    struct machine_request request = {type, code, value, index, length};
    int32_t result = machine_control(machine, &request, data, answer);
    if (result == MACHINE_STALL) {
        puts("= stall");
        return;
    }
    printf("= ok ");
    for (int32_t i = 0; i < result; i++)
        printf("%02x", answer[i]);
    puts("");
}

int main(int argc, char **argv) {
    size_t size = 0;
    void *image = argc == 2 ? read_file(argv[1], &size) : NULL;
    if (!image) {
        fputs("usage: machine-host IMAGE (a file made by tools/module-compiler)\n", stderr);
        return 1;
    }
    struct machine *machine = machine_new(image, size, print_report, NULL);
    if (!machine) return 1;
    char line[16384];
    while (fgets(line, sizeof line, stdin)) {
        if (strncmp(line, "control ", 8) == 0) {
            control(machine, line);
        } else if (sscanf(line, "rate %u", &rate) == 1) {
            machine_rate(machine, rate);
            puts("= ok");
        } else if (sscanf(line, "volume %hd", &volume) == 1) {
            machine_volume(machine, volume);
            puts("= ok");
        } else if (strcmp(line, "heap\n") == 0) {
            struct machine_heap heap = machine_heap(machine);
            printf("= %zu %zu %zu %zu\n", heap.slots, heap.slot_capacity, heap.chunks, heap.chunk_capacity);
        } else if (strcmp(line, "starts\n") == 0) {
            printf("= %u\n", (unsigned)machine_starts(machine));
        } else {
            puts("= what?");
        }
        fflush(stdout);
    }
    machine_delete(machine);
    free(image);
    return 0;
}
