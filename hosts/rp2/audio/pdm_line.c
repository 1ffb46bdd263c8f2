#include "pdm_line.h"

#include <string.h>

#include "hardware/sync.h"
#include "hardware/timer.h"

#include "lines.h"
#include "machine.h"
#include "pdm.h"

#define RING_FRAMES 64
#define FRAME_WORDS (PDM_FRAME_BYTES / 4)
#define STEP        8  /* frames modulated at once */
#define LEAD        16 /* frames between what the DMA reads and what core 1 begins with */
#define COST_FIRST  60 /* us a step, on an RP2040 */
#define COST_SHIFT  4  /* the cost's unit is 1/16 us */

static uint8_t bits[RING_FRAMES * PDM_FRAME_BYTES]
    __attribute__((section(".rings"), aligned(RING_FRAMES *PDM_FRAME_BYTES)));
static struct dma_ring ring = {.memory = bits, .words = RING_FRAMES * FRAME_WORDS};

/* Core 0's words. Frame k of this line goes along with frame k + offset of the others. */
static int32_t samples[LINE_FRAMES];
static volatile uint32_t samples_in, offset, begun;
static volatile bool usable, going, following, wanted, silenced;
static uint8_t program_start;
static uint32_t line_rate;

/* Core 1's words. */
static struct pdm pdm = {.idle = true};
static uint32_t modulated; /* the frame that comes next */
static uint32_t heard;     /* of `begun` */
static int32_t held;       /* the sample that was heard last, before it fades */
static bool ending;        /* what was heard last fades out, and nothing else is heard before it has */
static uint32_t idle_frames;
static volatile uint32_t cost = COST_FIRST << COST_SHIFT; /* of a step, smoothed */
static volatile uint32_t underruns;
static volatile bool silent = true;

/* --- core 0 ----------------------------------------------------------------------------------------------
 */

void pdm_line_init(void) {
    dma_ring_init(&ring);
}

void pdm_line_set_up(uint8_t start) {
    program_start = start;
    usable = true;
}

static void stop(void) {
    if (!going) return;
    going = following = false;
    machine_stop(pio1, PDM_MACHINE, &ring);
}

void pdm_line_take_down(void) {
    stop();
    usable = false;
}

static uint32_t divider(void) {
    return lines_divider(line_rate, PDM_OVERSAMPLING);
}

void pdm_line_begin(uint32_t rate) {
    line_rate = rate;
    samples_in = 0;
    if (going) pio1_hw->sm[PDM_MACHINE].clkdiv = divider();
}

/* The ring idles; the machine waits to be enabled. */
static void get_ready(void) {
    memset(bits, PDM_IDLE_BYTE, sizeof bits);
    machine_get_ready(pio1, PDM_MACHINE, program_start, divider(), &ring, 0, true);
}

static void enable(void) {
    machines_enable(pio1, 1u << PDM_MACHINE);
    going = true;
}

/* Frame `own` began on the pin as frame `other` of the lines did; a sample is heard a frame after its bits.
 */
static void follow(uint32_t own, uint32_t other) {
    offset = other - own + PDM_LATENCY_FRAMES;
    begun++;
    __dmb();
    following = true;
}

/* While the other lines send. */
static void join(void) {
    get_ready();
    const uint32_t frame = lines_sent() + 2;
    lines_wait_for(frame);
    enable();
    follow(0, frame);
}

void pdm_line_write(bool on, uint32_t number, const int32_t *from, unsigned frames) {
    for (unsigned i = 0; i < frames; i++)
        samples[(number + i) % LINE_FRAMES] = from[i];
    __dmb();
    samples_in = number + frames;
    wanted = on;
    if (on && usable && !going && lines_sending()) join();
}

static uint32_t position(void) {
    return dma_ring_position(&ring);
}

/* The DMA reads the ninth word of what follows when a frame's first word leaves the FIFO. */
static uint32_t frame_on_pin(void) {
    return (position() - MACHINE_FIFO_WORDS - 1) / FRAME_WORDS % RING_FRAMES;
}

void pdm_line_wait(void) {
    if (!going) {
        if (wanted && usable) get_ready();
        return;
    }
    const uint32_t before = frame_on_pin();
    while (frame_on_pin() == before) {
    }
}

void pdm_line_start(uint32_t frame) {
    if (going)
        follow(frame_on_pin(), frame);
    else if (wanted && usable) {
        enable();
        follow(0, frame);
    }
}

void pdm_line_leave(void) {
    following = false;
}

void pdm_line_silence(bool on) {
    silenced = on;
    if (on) memset(bits, PDM_IDLE_BYTE, sizeof bits);
}

void pdm_line_rest(void) {
    if (!wanted && silent) stop();
}

uint32_t pdm_line_cost(void) {
    const uint32_t steps_a_second = line_rate / STEP;
    return going || wanted ? (cost * steps_a_second >> COST_SHIFT) / 1000 : 0;
}

uint32_t pdm_line_underruns(void) {
    return underruns;
}

/* --- core 1 ----------------------------------------------------------------------------------------------
 */

/* Frames of the ring that are free. */
static unsigned room(void) {
    return (position() / FRAME_WORDS - modulated - 1) % RING_FRAMES;
}

/* What the lines are at, as a frame of this line. */
static uint32_t now(void) {
    return samples_in - (samples_in - lines_position()) % LINE_FRAMES - offset;
}

/* The line's frames count anew; what has been modulated of them stays, unless it is idle and may be long ago.
 */
static void begin(void) {
    const uint32_t at = now();
    modulated = silent ? (at + LEAD) & ~(STEP - 1u) : at + (modulated - at) % RING_FRAMES;
    heard = begun;
    silent = false;
    idle_frames = 0;
}

static void modulate(const int32_t from[STEP]) {
    pdm_process(&pdm, from, STEP, &bits[modulated % RING_FRAMES * PDM_FRAME_BYTES]);
    modulated += STEP;
    idle_frames = pdm_idle(&pdm) ? idle_frames + STEP : 0;
    silent = idle_frames > RING_FRAMES; /* it may have become idle within the first step */
}

/* What was heard last fades out. */
static void end(void) {
    int32_t piece[STEP];
    for (unsigned i = 0; i < STEP; i++)
        piece[i] = held;
    pdm_stop(&pdm);
    modulate(piece);
    ending = pdm.fade > 0;
}

/* Along with the other lines. */
static bool modulate_stream(void) {
    if (modulated - now() > LINE_FRAMES / 2) {
        underruns++;
        begin();
    }
    const uint32_t first = modulated + offset;
    if ((int32_t)(samples_in - first) < STEP) return false;
    __dmb();
    if (ending) {
        end();
        return true;
    }
    int32_t piece[STEP];
    for (unsigned i = 0; i < STEP; i++)
        held = piece[i] = samples[(first + i) % LINE_FRAMES];
    if (wanted)
        pdm_start(&pdm);
    else
        pdm_stop(&pdm);
    modulate(piece);
    return true;
}

static void count_cost(uint32_t start) {
    cost += ((timer_hw->timerawl - start) << COST_SHIFT) / 8 - cost / 8;
}

bool pdm_line_work(void) {
    if (!pdm_line_goes_on()) return false;
    if (heard != begun) begin();
    if (room() < STEP) return false;
    const uint32_t start = timer_hw->timerawl;
    bool done = true;
    if (following)
        done = modulate_stream();
    else
        end();
    count_cost(start);
    return done;
}

bool pdm_line_is_urgent(void) {
    return pdm_line_goes_on() && room() > RING_FRAMES / 2;
}

bool pdm_line_goes_on(void) {
    return going && !silenced && (!silent || heard != begun || (following && wanted));
}
