#include "lines.h"

#include <string.h>

#include "hardware/dma.h"

#include "i2s.h"
#include "machine.h"
#include "spdif.h"

#define FRAME_WORDS_MAX SPDIF_FRAME_WORDS
#define RING_WORDS      (LINE_FRAMES * FRAME_WORDS_MAX)
#define LINE_CYCLES     128 /* a frame, in both types */

struct line lines[DSPI_SLOTS];

/* The memory map puts them where RAM begins: there nothing is lost to their alignment. */
static uint32_t rings[DSPI_SLOTS][RING_WORDS] __attribute__((section(".rings"), aligned(4 * RING_WORDS)));
static struct dma_ring dma[DSPI_SLOTS];
static struct spdif spdif[DSPI_SLOTS];
static uint32_t written, sent;
static uint32_t position; /* in the ring, when `sent` was counted last */
static uint32_t starting; /* machines that are ready for it */
static uint32_t joined;   /* the first frame of the lines that are JOINING */
static uint32_t line_rate;
static bool running;

/* The lines in a state and those beyond it. */
static uint32_t lines_at(enum line_state state) {
    uint32_t mask = 0;
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++)
        mask |= (uint32_t)(lines[slot].state >= state) << slot;
    return mask;
}

bool lines_used(void) {
    return lines_at(LINE_READY) != 0;
}

bool lines_sending(void) {
    return lines_at(LINE_SENDING) != 0;
}

static bool are_joining(void) {
    return lines_at(LINE_JOINING) != lines_at(LINE_SENDING);
}

static unsigned frame_words(unsigned slot) {
    return lines[slot].type == LINE_SPDIF ? SPDIF_FRAME_WORDS : I2S_FRAME_WORDS;
}

void lines_init(void) {
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++) {
        dma[slot].memory = rings[slot];
        dma_ring_init(&dma[slot]);
    }
}

/* The fastest, a master clock of 512 cycles, decides what all dividers are multiples of. */
uint32_t lines_divider(uint32_t rate, unsigned cycles) {
    const uint32_t base = (SYS_CLK_HZ / 2 + rate / 2) / rate; /* 256 x clock / 512 / rate */
    return (base * (512 / cycles)) << 8;
}

void lines_begin(uint32_t rate) {
    written = 0;
    line_rate = rate;
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++)
        spdif_init(&spdif[slot], rate);
}

static void encode(unsigned slot, const int32_t *left, const int32_t *right, unsigned frames) {
    uint32_t *words = rings[slot] + written % LINE_FRAMES * frame_words(slot);
    if (lines[slot].type == LINE_SPDIF)
        spdif_encode(&spdif[slot], left, right, frames, words);
    else
        i2s_encode(left, right, frames, words);
}

/* `frames` that lie in one piece in the rings, of the outputs from their sample `from` on. */
static void write_piece(int32_t *const outputs[DSPI_OUTPUTS], unsigned from, unsigned frames) {
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++)
        if (lines[slot].state != LINE_OFF)
            encode(slot, outputs[2 * slot] + from, outputs[2 * slot + 1] + from, frames);
    written += frames;
}

/* Those that come while others are joining wait for them. */
static void begin_joining(void) {
    if (are_joining()) return;
    joined = written;
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++) {
        if (lines[slot].state != LINE_READY) continue;
        lines[slot].state = LINE_JOINING;
        spdif_init(&spdif[slot], line_rate);
    }
}

void lines_write(int32_t *const outputs[DSPI_OUTPUTS], unsigned frames) {
    if (running) begin_joining();
    const unsigned rest = LINE_FRAMES - written % LINE_FRAMES, first = frames < rest ? frames : rest;
    write_piece(outputs, 0, first);
    if (frames > first) write_piece(outputs, first, frames - first);
}

static void get_ready(unsigned slot, uint32_t frame) {
    dma[slot].words = LINE_FRAMES * frame_words(slot);
    machine_get_ready(pio0, slot, lines[slot].start, lines_divider(line_rate, LINE_CYCLES), &dma[slot],
                      frame % LINE_FRAMES * frame_words(slot), false);
}

/* The lines from a state on that do not send yet, from a frame on; returns their machines. */
static uint32_t get_all_ready(enum line_state state, uint32_t frame) {
    const uint32_t machines = lines_at(state) & ~lines_at(LINE_SENDING);
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++)
        if (machines >> slot & 1) get_ready(slot, frame);
    return machines;
}

static void enable(uint32_t machines) {
    machines_enable(pio0, machines);
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++)
        if (machines >> slot & 1) lines[slot].state = LINE_SENDING;
}

void lines_get_ready(uint32_t frame) {
    starting = get_all_ready(LINE_READY, frame);
    sent = position = frame;
}

void lines_start(void) {
    enable(starting);
    running = true;
}

void lines_leave(unsigned slot) {
    machine_stop(pio0, slot, &dma[slot]);
    lines[slot].state = LINE_OFF;
}

void lines_stop(void) {
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++) {
        if (lines[slot].state == LINE_OFF) continue;
        lines_leave(slot);
        lines[slot].state = LINE_READY;
    }
    running = false;
}

void lines_silence(void) {
    memset(rings, 0, sizeof rings);
}

/* --- where the lines are ---------------------------------------------------------------------------------
 */

/* The line by which it is told: the first that sends. */
static unsigned reference(void) {
    const uint32_t sending = lines_at(LINE_SENDING);
    return sending ? (unsigned)__builtin_ctz(sending) : 0;
}

uint32_t lines_written(void) {
    return written;
}

uint32_t lines_position(void) {
    const unsigned slot = reference();
    return dma_ring_position(&dma[slot]) / frame_words(slot);
}

uint32_t lines_sent(void) {
    const uint32_t now = lines_position();
    sent += (now - position) % LINE_FRAMES;
    position = now;
    return sent;
}

uint32_t lines_sent_at(uint32_t then) {
    return lines_sent() - (position - then) % LINE_FRAMES;
}

/* When a machine takes a word out of its full FIFO, the DMA reads the one that then has room there. */
void lines_wait_for(uint32_t frame) {
    const unsigned slot = reference();
    const uint32_t half = dma[slot].words / 2 * 4, mask = dma[slot].words * 4 - 1;
    const uint32_t then =
        (uintptr_t)rings[slot] + 4 * (frame % LINE_FRAMES * frame_words(slot) + MACHINE_FIFO_WORDS + 1);
    volatile const uint32_t *read = &dma_hw->ch[dma[slot].data].read_addr;
    while (((*read - then) & mask) > half) {
    }
}

/* --- joining ---------------------------------------------------------------------------------------------
 */

int32_t lines_join_in(void) {
    if (!are_joining()) return INT32_MAX;
    const int32_t ahead = MACHINE_FIFO_WORDS / (int32_t)frame_words(reference()); /* the DMA is, of the pin */
    return (int32_t)(joined - lines_sent()) + ahead;
}

/* All is written from `joined` on, so that a later frame does as well. */
void lines_join(void) {
    if (!are_joining()) return;
    const uint32_t soon = lines_sent() + 2, frame = (int32_t)(joined - soon) > 0 ? joined : soon;
    const uint32_t machines = get_all_ready(LINE_JOINING, frame);
    lines_wait_for(frame);
    enable(machines);
}
