/*
 * Drives the engine through its header. Standard input: commands, one a line, then the line `audio` and the
 * input as interleaved stereo int32; they are carried out when the input is there. Standard output: what the
 * outputs sent, interleaved int32, DSPI_OUTPUTS a frame. Standard error: one line per reading.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine.h"

enum { LINE = 1024, GUARD = 0x55555555 };

static struct engine *engine;
static int32_t *input;
static size_t input_frames, input_next;
static int32_t buffer[DSPI_OUTPUTS][ENGINE_FRAMES_MAX + 1];
static int32_t *outputs[DSPI_OUTPUTS];
static uint32_t chance; /* 0: one core does all */

static void fail(const char *what, const char *line) {
    fprintf(stderr, "probe: %s: %s\n", what, line);
    exit(1);
}

/* The next `frames` frames as a USB packet; exactly as large, so that a sanitizer sees any read beyond. */
static uint8_t *make_packet(unsigned frames, unsigned bytes) {
    uint8_t *packet = malloc(frames ? (size_t)frames * 2 * bytes : 1), *p = packet;
    for (unsigned n = 0; n < 2 * frames; n++) {
        const uint32_t sample = (uint32_t)input[2 * input_next + n];
        for (unsigned byte = 0; byte < bytes; byte++)
            *p++ = (uint8_t)(sample >> 8 * byte);
    }
    return packet;
}

static unsigned random_below(unsigned limit) {
    chance = chance * 1664525 + 1013904223;
    return (unsigned)((uint64_t)chance * limit >> 32);
}

/* So that jobs seem to cost anything, and every packet is shared in another way. */
static uint32_t random_clock(void) {
    return random_below(1000000);
}

/* Two cores that take turns as chance will have it, or now and then one alone. */
static void process_shared(const uint8_t *packet, unsigned frames, unsigned bytes) {
    engine_begin_packet(engine, packet, frames, bytes, outputs, 1 + (random_below(4) > 0));
    while (!engine_packet_done(engine))
        engine_run_next(engine, random_below(2));
    if (engine_run_next(engine, 0) || engine_run_next(engine, 1)) fail("work after the packet", "play");
}

static uint32_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)(now.tv_sec * 1000000000 + now.tv_nsec);
}

static bool threads; /* the other core is one */

static void *other_core(void *unused) {
    for (;;)
        if (engine_run_next(engine, 1) <= 0) sched_yield();
    return unused;
}

static void start_other_core(void) {
    pthread_t thread;
    engine_set_clock(engine, nanoseconds);
    threads = pthread_create(&thread, NULL, other_core, NULL) == 0 && pthread_detach(thread) == 0;
    if (!threads) fail("no thread for", "threads");
}

static void process_with_thread(const uint8_t *packet, unsigned frames, unsigned bytes) {
    engine_begin_packet(engine, packet, frames, bytes, outputs, 2);
    while (!engine_packet_done(engine))
        if (engine_run_next(engine, 0) <= 0) sched_yield();
}

static void process(unsigned frames, unsigned bytes) {
    if (frames > ENGINE_FRAMES_MAX || input_next + frames > input_frames) fail("no such frames", "play");
    uint8_t *packet = make_packet(frames, bytes);
    for (unsigned o = 0; o < DSPI_OUTPUTS; o++)
        buffer[o][frames] = GUARD;
    if (threads)
        process_with_thread(packet, frames, bytes);
    else if (chance)
        process_shared(packet, frames, bytes);
    else
        engine_process(engine, packet, frames, bytes, outputs);
    for (unsigned o = 0; o < DSPI_OUTPUTS; o++)
        if (buffer[o][frames] != GUARD) fail("written beyond the packet", "play");
    free(packet);
    input_next += frames;
}

/* play FRAMES BITS SIZE...: packets of the sizes in turn */
static void play(const char *arguments) {
    char text[LINE], *next = text;
    strcpy(text, arguments);
    unsigned long left = strtoul(next, &next, 10), bits = strtoul(next, &next, 10), sizes[64];
    unsigned count = 0;
    for (char *end; count < 64; next = end) {
        sizes[count] = strtoul(next, &end, 10);
        if (end == next) break;
        count++;
    }
    if (count == 0) fail("play needs a packet size", arguments);
    for (unsigned turn = 0; left > 0; turn++) {
        const unsigned long size = sizes[turn % count];
        const unsigned frames = (unsigned)(size < left ? size : left);
        process(frames, bits == 16 ? 2 : 3);
        left -= frames;
        for (unsigned n = 0; n < frames; n++)
            for (unsigned o = 0; o < DSPI_OUTPUTS; o++)
                fwrite(&buffer[o][n], sizeof(int32_t), 1, stdout);
    }
}

/* time PACKETS FRAMES: seconds of processor time for what is left of the input in packets, over and over */
static void measure_time(unsigned packets, unsigned frames) {
    const size_t loop = (input_frames - input_next) / frames;
    if (loop == 0) fail("no input left for", "time");
    uint8_t **made = malloc(loop * sizeof *made);
    for (size_t i = 0; i < loop; i++, input_next += frames)
        made[i] = make_packet(frames, 3);
    struct timespec start, end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    for (unsigned i = 0; i < packets; i++)
        engine_process(engine, made[i % loop], frames, 3, outputs);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    fprintf(stderr, "%.9f\n",
            (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) * 1e-9);
    for (size_t i = 0; i < loop; i++)
        free(made[i]);
    free(made);
}

static void obey(const char *line) {
    unsigned a, b, c, d;
    int v;
    double g;
    struct band_design t;
    struct leveller_design l;
    if (sscanf(line, "init %u", &a) == 1) {
        void *memory = malloc(engine_bytes());
        if (engine_init(memory, engine_bytes() - 1, a)) fail("accepted too little memory", line);
        engine = engine_init(memory, engine_bytes(), a);
    } else if (sscanf(line, "band %u %u %lf %lf %lf %lf %lf %lf", &a, &b, &t.a1m1, &t.a2, &t.a3, &t.m0, &t.m1,
                      &t.m2) == 8)
        engine_stage_band(engine, a, b, &t);
    else if (sscanf(line, "crossfeed %lf %lf %lf %lf %lf %lf", &t.a1m1, &t.a2, &t.a3, &t.m0, &t.m1, &t.m2) ==
             6)
        engine_stage_crossfeed(engine, &t);
    else if (sscanf(line, "loudness %u %lf %lf %lf %lf %lf %lf", &a, &t.a1m1, &t.a2, &t.a3, &t.m0, &t.m1,
                    &t.m2) == 7)
        engine_stage_loudness(engine, a, &t);
    else if (sscanf(line, "leveller %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf %u %u", &l.upper, &l.width,
                    &l.slope, &l.max_gain, &l.gate, &l.ceiling, &l.window, &l.attack, &l.release,
                    &l.limiter_release, &l.block, &l.lookahead) == 12)
        engine_stage_leveller(engine, &l);
    else if (sscanf(line, "input %u %lf", &a, &g) == 2)
        engine_stage_input_gain(engine, a, g);
    else if (sscanf(line, "bypass %u", &a) == 1)
        engine_stage_bypass(engine, a);
    else if (sscanf(line, "crosspoint %u %u %lf", &a, &b, &g) == 3)
        engine_stage_crosspoint(engine, a, b, g);
    else if (sscanf(line, "output %u %u %lf %u", &a, &b, &g, &c) == 4)
        engine_stage_output(engine, a, b, g, c);
    else if (sscanf(line, "master %lf", &g) == 1)
        engine_stage_master_gain(engine, g);
    else if (sscanf(line, "commit %u", &a) == 1)
        engine_commit(engine, a);
    else if (sscanf(line, "afresh %u", &a) == 1)
        engine_commit_afresh(engine, a);
    else if (sscanf(line, "volume %d %u", &v, &a) == 2)
        engine_set_host_volume(engine, (int16_t)v, a);
    else if (sscanf(line, "rate %u", &a) == 1)
        engine_set_rate(engine, a);
    else if (!strcmp(line, "start"))
        engine_start_stream(engine);
    else if (!strncmp(line, "play ", 5))
        play(line + 5);
    else if (!strcmp(line, "threads"))
        start_other_core();
    else if (sscanf(line, "share %u", &chance) == 1) /* from now on, between two cores */
        engine_set_clock(engine, random_clock);
    else if (!strcmp(line, "rewind"))
        input_next = 0;
    else if (sscanf(line, "time %u %u", &d, &c) == 2)
        measure_time(d, c);
    else if (!strcmp(line, "bytes"))
        fprintf(stderr, "%zu\n", engine_bytes());
    else if (!strcmp(line, "clips"))
        fprintf(stderr, "%u\n", engine_clips(engine));
    else if (!strcmp(line, "clear"))
        fprintf(stderr, "%u\n", engine_clear_clips(engine));
    else if (!strcmp(line, "peaks"))
        for (unsigned channel = 0; channel < DSPI_CHANNELS; channel++)
            fprintf(stderr, "%u%s", engine_peak(engine, channel), channel + 1 < DSPI_CHANNELS ? " " : "\n");
    else
        fail("unknown command", line);
}

int main(void) {
    char (*lines)[LINE] = NULL;
    size_t count = 0, capacity = 0;
    for (;; count++) {
        if (count == capacity) lines = realloc(lines, (capacity = 2 * capacity + 64) * sizeof *lines);
        if (!lines || !fgets(lines[count], LINE, stdin)) fail("the script ends without", "audio");
        lines[count][strcspn(lines[count], "\n")] = 0;
        if (!strcmp(lines[count], "audio")) break;
    }
    size_t room = 0, got;
    do {
        input = realloc(input, ((room = 2 * room + 4096)) * 2 * sizeof *input);
        if (!input) fail("no memory for", "audio");
        got = fread(input + 2 * input_frames, 2 * sizeof *input, room - input_frames, stdin);
        input_frames += got;
    } while (got > 0);
    for (unsigned o = 0; o < DSPI_OUTPUTS; o++)
        outputs[o] = buffer[o];
    for (size_t i = 0; i < count; i++)
        obey(lines[i]);
    free(lines);
    free(input);
    if (!threads) free(engine); /* else the thread looks at it to the end */
    return 0;
}
