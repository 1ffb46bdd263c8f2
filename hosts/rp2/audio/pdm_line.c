#include "pdm_line.h"

#include "hardware/dma.h"
#include "hardware/pio.h"
#include "hardware/sync.h"
#include "hardware/timer.h"
#include "pico/multicore.h"

#include "lines.h"
#include "pdm.h"

#define RING_FRAMES 128
#define RING_BYTES  (RING_FRAMES * PDM_FRAME_BYTES)
#define LEAD        64 /* frames between deciding to start and starting */
#define STEP        8  /* frames modulated at once */
#define LOAD_US     65536

struct pdm_line pdm_line;

static uint8_t bits[RING_BYTES] __attribute__((section(".rings"), aligned(RING_BYTES)));
static int32_t samples[LINE_FRAMES]; /* in by the audio interrupt, out by core 1 */
static volatile uint32_t samples_in; /* frames since the lines' beginning */
static volatile bool wanted, stopping, going;
static uint32_t divider;
static volatile unsigned load_percent;

static unsigned data_channel, again_channel;
static uint32_t ring_words = RING_BYTES / 4; /* DMA reads it */

static struct pdm pdm;
static uint32_t modulated; /* the frame that comes next */

/* --- from core 0 ------------------------------------------------------------------------------------------
 */

void pdm_line_write(bool on, uint32_t number, const int32_t *from, unsigned frames) {
    for (unsigned i = 0; i < frames; i++)
        samples[(number + i) % LINE_FRAMES] = from[i];
    samples_in = number + frames;
    wanted = on;
    __sev();
}

void pdm_line_stop(void) {
    stopping = true;
    __dmb();
    while (going) {
    }
    wanted = stopping = false;
}

/* 256 cycles a frame; see lines.c. */
void pdm_line_begin(uint32_t rate) {
    const uint32_t base = (SYS_CLK_HZ / 2 + rate / 2) / rate;
    divider = (base * 512 / PDM_OVERSAMPLING) << 8;
    samples_in = 0;
}

unsigned pdm_line_load(void) {
    return load_percent;
}

/* --- on core 1 --------------------------------------------------------------------------------------------
 */

static void start_dma(void) {
    dma_hw->ch[again_channel].read_addr = (uintptr_t)&ring_words;
    dma_hw->ch[again_channel].write_addr = (uintptr_t)&dma_hw->ch[data_channel].al1_transfer_count_trig;
    dma_hw->ch[again_channel].transfer_count = 1;
    dma_hw->ch[again_channel].al1_ctrl =
        DMA_CH0_CTRL_TRIG_EN_BITS | DMA_SIZE_32 << DMA_CH0_CTRL_TRIG_DATA_SIZE_LSB |
        again_channel << DMA_CH0_CTRL_TRIG_CHAIN_TO_LSB | DREQ_FORCE << DMA_CH0_CTRL_TRIG_TREQ_SEL_LSB |
        DMA_CH0_CTRL_TRIG_IRQ_QUIET_BITS;
    dma_hw->ch[data_channel].read_addr = (uintptr_t)bits;
    dma_hw->ch[data_channel].write_addr = (uintptr_t)&pio1_hw->txf[PDM_MACHINE];
    dma_hw->ch[data_channel].transfer_count = ring_words;
    dma_hw->ch[data_channel].ctrl_trig =
        DMA_CH0_CTRL_TRIG_EN_BITS | DMA_SIZE_32 << DMA_CH0_CTRL_TRIG_DATA_SIZE_LSB |
        DMA_CH0_CTRL_TRIG_INCR_READ_BITS | DMA_CH0_CTRL_TRIG_HIGH_PRIORITY_BITS |
        DMA_CH0_CTRL_TRIG_BSWAP_BITS |
        (unsigned)__builtin_ctz(RING_BYTES) << DMA_CH0_CTRL_TRIG_RING_SIZE_LSB |
        again_channel << DMA_CH0_CTRL_TRIG_CHAIN_TO_LSB |
        (DREQ_PIO1_TX0 + PDM_MACHINE) << DMA_CH0_CTRL_TRIG_TREQ_SEL_LSB | DMA_CH0_CTRL_TRIG_IRQ_QUIET_BITS;
}

static void stop_line(void) {
    hw_clear_bits(&pio1_hw->ctrl, 1u << PDM_MACHINE);
    hw_clear_bits(&dma_hw->ch[data_channel].al1_ctrl, DMA_CH0_CTRL_TRIG_EN_BITS);
    hw_clear_bits(&dma_hw->ch[again_channel].al1_ctrl, DMA_CH0_CTRL_TRIG_EN_BITS);
    const uint32_t both = 1u << data_channel | 1u << again_channel;
    dma_hw->abort = both;
    while (dma_hw->abort & both) {
    }
}

/* Frames from `modulated` on, whose place in the ring is their number's. */
static void modulate(unsigned frames) {
    pdm_process(&pdm, &samples[modulated % LINE_FRAMES], frames,
                &bits[modulated % RING_FRAMES * PDM_FRAME_BYTES]);
    modulated += frames;
}

/* Whether frame `number` is still ahead of the other lines. */
static bool is_ahead(uint32_t number) {
    return (number - lines_position()) % LINE_FRAMES < LINE_FRAMES / 2;
}

/* Gets ready with a frame that the other lines have not sent yet, and starts along with them there. */
static void start_line(void) {
    const uint32_t first =
        (samples_in - (samples_in - lines_position()) % LINE_FRAMES + LEAD) & ~(RING_FRAMES - 1u);
    modulated = first + RING_FRAMES; /* a multiple of the ring: the DMA begins where the ring does */
    pdm_init(&pdm);
    pdm_start(&pdm);
    while (modulated < first + RING_FRAMES + 2 * STEP && !stopping)
        if (samples_in - modulated < LINE_FRAMES / 2 && samples_in - modulated >= STEP) modulate(STEP);
    pio1_hw->ctrl |= 1u << (PIO_CTRL_SM_RESTART_LSB + PDM_MACHINE);
    pio1_hw->sm[PDM_MACHINE].clkdiv = divider;
    pio1_hw->sm[PDM_MACHINE].instr = pdm_line.start;
    hw_xor_bits(&pio1_hw->sm[PDM_MACHINE].shiftctrl, PIO_SM0_SHIFTCTRL_FJOIN_TX_BITS); /* empties the FIFO */
    hw_xor_bits(&pio1_hw->sm[PDM_MACHINE].shiftctrl, PIO_SM0_SHIFTCTRL_FJOIN_TX_BITS);
    start_dma();
    while (is_ahead(first + RING_FRAMES) && !stopping) {
    }
    pio1_hw->ctrl |= 1u << PDM_MACHINE | 1u << (PIO_CTRL_CLKDIV_RESTART_LSB + PDM_MACHINE);
}

/* Frames of the ring that are free; a whole ring when nothing of it has been sent for long. */
static unsigned room(void) {
    const unsigned at =
        (dma_hw->ch[data_channel].read_addr - (uintptr_t)bits) / PDM_FRAME_BYTES % RING_FRAMES;
    return (at - modulated - 1) % RING_FRAMES;
}

static struct {
    uint32_t since, busy;
} load;

static void count_load(uint32_t start) {
    const uint32_t now = timer_hw->timerawl;
    load.busy += now - start;
    if (now - load.since < LOAD_US) return;
    const unsigned percent = load.busy / (LOAD_US / 100);
    load_percent = percent < 100 ? percent : 100;
    load.since = now;
    load.busy = 0;
}

static void follow(void) {
    if (wanted)
        pdm_start(&pdm);
    else
        pdm_stop(&pdm);
    const uint32_t start = timer_hw->timerawl;
    if (room() >= STEP && samples_in - modulated >= STEP && samples_in - modulated < LINE_FRAMES)
        modulate(STEP);
    count_load(start);
}

static void play(void) {
    start_line();
    while (!stopping && (wanted || !pdm_idle(&pdm)))
        follow();
    stop_line();
}

static void core1(void) {
    for (;;) {
        going = true; /* said before it is looked whether to stop: either side sees the other */
        __dmb();
        if (wanted && pdm_line.used && !stopping) play();
        going = false;
        load_percent = 0;
        __wfe();
    }
}

void pdm_line_init(void) {
    data_channel = (unsigned)dma_claim_unused_channel(true);
    again_channel = (unsigned)dma_claim_unused_channel(true);
    multicore_launch_core1(core1);
}
