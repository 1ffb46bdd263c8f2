#include "lines.h"

#include "hardware/dma.h"
#include "hardware/pio.h"

#include "i2s.h"
#include "spdif.h"

#define FRAME_WORDS_MAX SPDIF_FRAME_WORDS
#define RING_WORDS      (LINE_FRAMES * FRAME_WORDS_MAX)

struct line lines[DSPI_SLOTS];
unsigned mck_multiplier;

/* The memory map puts them where RAM begins: there nothing is lost to their alignment. */
static uint32_t rings[DSPI_SLOTS][RING_WORDS] __attribute__((section(".rings"), aligned(4 * RING_WORDS)));
static struct spdif spdif[DSPI_SLOTS];
static uint32_t written, sent;
static uint32_t position; /* in the ring, when `sent` was counted last */
static uint32_t divider;  /* of the state machines, as in CLKDIV */
static uint32_t ring_words[2] = {LINE_FRAMES * SPDIF_FRAME_WORDS,
                                 LINE_FRAMES *I2S_FRAME_WORDS}; /* by type; DMA reads it */

static bool running;
static uint32_t line_rate;

/* The lines in a state and those beyond it. */
static uint32_t lines_at(enum line_state state) {
    uint32_t mask = 0;
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++)
        mask |= (uint32_t)(lines[slot].state >= state) << slot;
    return mask;
}

static unsigned frame_words(const struct line *line) {
    return line->type == LINE_SPDIF ? SPDIF_FRAME_WORDS : I2S_FRAME_WORDS;
}

/* A data channel goes once round its ring; a second channel then makes it go again by writing its count. */
static unsigned data_channel(unsigned slot) {
    return 2 * slot;
}
static unsigned again_channel(unsigned slot) {
    return 2 * slot + 1;
}

void lines_init(void) {
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++) {
        dma_channel_claim(data_channel(slot));
        dma_channel_claim(again_channel(slot));
    }
}

/* 128 cycles a frame in both types; the fastest master clock's 512 decide what all dividers are multiples of.
 */
static uint32_t line_divider(uint32_t rate) {
    const uint32_t base = (SYS_CLK_HZ / 2 + rate / 2) / rate; /* 256 x clock / 512 / rate */
    return (base * 512 / 128) << 8;
}

void lines_begin(uint32_t rate) {
    written = sent = position = 0;
    line_rate = rate;
    divider = line_divider(rate);
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++)
        spdif_init(&spdif[slot], rate);
    /* Two cycles a period. */
    if (mck_multiplier) pio1_hw->sm[MCK_MACHINE].clkdiv = line_divider(rate) / (2 * mck_multiplier / 128);
}

static void encode(unsigned slot, const int32_t *left, const int32_t *right, unsigned frames) {
    uint32_t *words = rings[slot] + written % LINE_FRAMES * frame_words(&lines[slot]);
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

static void begin_joining(void) {
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++) {
        if (lines[slot].state != LINE_READY) continue;
        lines[slot].state = LINE_JOINING;
        lines[slot].joined = written;
        spdif_init(&spdif[slot], line_rate);
    }
}

void lines_write(int32_t *const outputs[DSPI_OUTPUTS], unsigned frames) {
    if (running) begin_joining();
    const unsigned rest = LINE_FRAMES - written % LINE_FRAMES, first = frames < rest ? frames : rest;
    write_piece(outputs, 0, first);
    if (frames > first) write_piece(outputs, first, frames - first);
}

/* From a frame on. */
static void start_dma(unsigned slot, uint32_t frame) {
    const unsigned data = data_channel(slot), again = again_channel(slot);
    const uint32_t *count = &ring_words[lines[slot].type];
    const unsigned ring_bits = __builtin_ctz(*count * 4);
    dma_hw->ch[again].read_addr = (uintptr_t)count;
    dma_hw->ch[again].write_addr = (uintptr_t)&dma_hw->ch[data].al1_transfer_count_trig;
    dma_hw->ch[again].transfer_count = 1;
    dma_hw->ch[again].al1_ctrl = DMA_CH0_CTRL_TRIG_EN_BITS | DMA_SIZE_32 << DMA_CH0_CTRL_TRIG_DATA_SIZE_LSB |
                                 again << DMA_CH0_CTRL_TRIG_CHAIN_TO_LSB |
                                 DREQ_FORCE << DMA_CH0_CTRL_TRIG_TREQ_SEL_LSB |
                                 DMA_CH0_CTRL_TRIG_IRQ_QUIET_BITS;
    const uint32_t skipped = frame % LINE_FRAMES * frame_words(&lines[slot]);
    dma_hw->ch[data].read_addr = (uintptr_t)(rings[slot] + skipped);
    dma_hw->ch[data].write_addr = (uintptr_t)&pio0_hw->txf[slot];
    dma_hw->ch[data].transfer_count = *count - skipped;
    dma_hw->ch[data].ctrl_trig =
        DMA_CH0_CTRL_TRIG_EN_BITS | DMA_SIZE_32 << DMA_CH0_CTRL_TRIG_DATA_SIZE_LSB |
        DMA_CH0_CTRL_TRIG_INCR_READ_BITS | DMA_CH0_CTRL_TRIG_HIGH_PRIORITY_BITS |
        ring_bits << DMA_CH0_CTRL_TRIG_RING_SIZE_LSB | again << DMA_CH0_CTRL_TRIG_CHAIN_TO_LSB |
        (DREQ_PIO0_TX0 + slot) << DMA_CH0_CTRL_TRIG_TREQ_SEL_LSB | DMA_CH0_CTRL_TRIG_IRQ_QUIET_BITS;
}

/* Changing how the FIFOs are joined empties them (RP2040 datasheet 3.5.7). */
static void empty_fifo(unsigned slot) {
    hw_xor_bits(&pio0_hw->sm[slot].shiftctrl, PIO_SM0_SHIFTCTRL_FJOIN_TX_BITS);
    hw_xor_bits(&pio0_hw->sm[slot].shiftctrl, PIO_SM0_SHIFTCTRL_FJOIN_TX_BITS);
}

bool lines_used(void) {
    return lines_at(LINE_READY) != 0;
}

/* Fills the FIFO from a frame on; the machine then waits to be enabled. */
static void get_ready(unsigned slot, uint32_t frame) {
    hw_set_bits(&pio0_hw->ctrl, 1u << (PIO_CTRL_SM_RESTART_LSB + slot));
    pio0_hw->sm[slot].clkdiv = divider;
    pio0_hw->sm[slot].instr = lines[slot].start; /* JMP */
    empty_fifo(slot);
    start_dma(slot, frame);
    while (pio0_hw->fstat & 1u << (PIO_FSTAT_TXEMPTY_LSB + slot)) {
    }
}

static void enable(uint32_t machines) {
    hw_set_bits(&pio0_hw->ctrl, machines << PIO_CTRL_CLKDIV_RESTART_LSB | machines << PIO_CTRL_SM_ENABLE_LSB);
}

void lines_start(void) {
    const uint32_t machines = lines_at(LINE_READY);
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++) {
        if (lines[slot].state == LINE_OFF) continue;
        get_ready(slot, 0);
        lines[slot].state = LINE_SENDING;
    }
    enable(machines);
    running = true;
}

/* The channel that starts the other again is stopped first. */
static void stop_dma(unsigned slot) {
    const uint32_t data = 1u << data_channel(slot), again = 1u << again_channel(slot);
    hw_clear_bits(&dma_hw->ch[data_channel(slot)].al1_ctrl, DMA_CH0_CTRL_TRIG_EN_BITS);
    hw_clear_bits(&dma_hw->ch[again_channel(slot)].al1_ctrl, DMA_CH0_CTRL_TRIG_EN_BITS);
    dma_hw->abort = data | again;
    while (dma_hw->abort & (data | again)) {
    }
}

void lines_leave(unsigned slot) {
    hw_clear_bits(&pio0_hw->ctrl, 1u << (PIO_CTRL_SM_ENABLE_LSB + slot));
    stop_dma(slot);
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

/* --- where the lines are ----------------------------------------------------------------------------------
 */

/* The line by which it is told: the first that sends. */
static unsigned reference(void) {
    const uint32_t sending = lines_at(LINE_SENDING);
    return sending ? (unsigned)__builtin_ctz(sending) : 0;
}

/* Words of a line's ring that the DMA has read. */
static unsigned words_read(unsigned slot) {
    return (dma_hw->ch[data_channel(slot)].read_addr - (uintptr_t)rings[slot]) / 4;
}

uint32_t lines_written(void) {
    return written;
}

uint32_t lines_position(void) {
    const unsigned slot = reference();
    return words_read(slot) / frame_words(&lines[slot]) % LINE_FRAMES;
}

uint32_t lines_sent(void) {
    const uint32_t now = lines_position();
    sent += (now - position) % LINE_FRAMES;
    position = now;
    return sent;
}

/* Less than half a ring ago. */
uint32_t lines_sent_at(uint32_t then) {
    const uint32_t ago = (position - then) % LINE_FRAMES;
    return ago < LINE_FRAMES / 2 ? sent - ago : sent + LINE_FRAMES - ago;
}

/* --- joining -----------------------------------------------------------------------------------------------
 */

#define FIFO_WORDS 8

int32_t lines_join_in(void) {
    int32_t soonest = INT32_MAX;
    const int32_t ahead = FIFO_WORDS / (int32_t)frame_words(&lines[reference()]); /* the DMA is, of the pin */
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++) {
        if (lines[slot].state != LINE_JOINING) continue;
        const int32_t frames = (int32_t)(lines[slot].joined - lines_sent()) + ahead;
        if (frames < soonest) soonest = frames;
    }
    return soonest;
}

/* When a machine takes a word out of its full FIFO, the DMA reads the one that then has room there. */
static void wait_for_frame(uint32_t frame) {
    const unsigned slot = reference(), ring = ring_words[lines[slot].type];
    const unsigned then = frame % LINE_FRAMES * frame_words(&lines[slot]) + FIFO_WORDS + 1;
    while ((words_read(slot) - then) % ring > ring / 2) {
    }
}

void lines_join(void) {
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++) {
        if (lines[slot].state != LINE_JOINING) continue;
        const uint32_t soon =
            lines_sent() + 1; /* it is written from `joined` on, so that a later frame does as well */
        const uint32_t frame = (int32_t)(lines[slot].joined - soon) > 0 ? lines[slot].joined : soon;
        get_ready(slot, frame);
        wait_for_frame(frame);
        enable(1u << slot);
        lines[slot].state = LINE_SENDING;
    }
}
