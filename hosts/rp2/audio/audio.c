#include "audio.h"

#include "hardware/timer.h"

#include "descriptors.h"
#include "engine.h"
#include "feedback.h"
#include "lines.h"
#include "pdm_line.h"
#include "pipeline.h"
#include "priorities.h"

#define PACKETS       4
#define TARGET_MS     3 /* of sound in the rings when a packet comes */
#define CAPACITY_MS   7 /* as much above the target as below it, and the packet that comes in */
#define GAP_MIN_US    2500
#define GAP_MAX_US    50000
#define TICK_ALARM    1
#define JOIN_ALARM    2
#define TICK_US       1000
#define LOAD_TICKS    64
#define FILL_INTERVAL 8 /* packets */

struct audio audio;

/* --- packets ------------------------------------------------------------------------------------------- */

static uint8_t packets[PACKETS][(USB_PACKET_BYTES + 3) & ~3];
static uint16_t lengths[PACKETS];
static uint32_t arrivals[PACKETS]; /* where the lines were at */
static volatile bool overloaded;
static volatile uint32_t packets_in, packets_out; /* in by the USB interrupt, out by the audio interrupt */

uint8_t *audio_packet_buffer(void) {
    return packets[packets_in % PACKETS];
}

void audio_take_packet(uint8_t *packet, size_t bytes) {
    (void)packet;
    audio.counters.packets++;
    if (packets_in - packets_out == PACKETS - 1) {
        audio.counters.overruns++;
        overloaded = true;
        return;
    }
    lengths[packets_in % PACKETS] = (uint16_t)bytes;
    arrivals[packets_in % PACKETS] = lines_position();
    packets_in++;
    interrupt_pend(AUDIO_IRQ);
}

/* --- the stream ---------------------------------------------------------------------------------------- */

static struct {
    bool running;         /* the lines are */
    bool starved;         /* silent until the rings are primed again */
    bool counting;        /* from the first packet that has come while the lines ran: from packet to packet */
    uint32_t counts_from; /* that packet */
    uint32_t sent_before; /* when counting began */
    uint32_t received;    /* frames since the first packet */
    uint32_t last_packet; /* us */
    uint32_t shown_fill;  /* frames in the rings after the last packet */
    struct feedback feedback;
    volatile uint32_t feedback_value;
} stream;

uint32_t audio_feedback(void) {
    return stream.feedback_value;
}

static unsigned frames_in(unsigned ms) {
    return audio_class_engine_rate(&audio.class) * ms / 1000;
}

static uint32_t fill(void) {
    return lines_written() - lines_sent();
}

static void start_counting(void) {
    feedback_start(&stream.feedback, audio_class_engine_rate(&audio.class));
    stream.feedback_value = feedback_nominal(&stream.feedback);
    stream.received = 0;
    stream.counting = stream.starved = false;
}

static void write(int32_t *const outputs[DSPI_OUTPUTS], unsigned frames) {
    const bool pdm = engine_output_enabled(audio.engine, DSPI_PDM_OUTPUT);
    pdm_line_write(pdm, lines_written(), outputs[DSPI_PDM_OUTPUT], frames);
    lines_write(outputs, frames);
}

static void write_silence(unsigned frames) {
    static int32_t zeros[32];
    static int32_t *const silence[] = {[0 ... DSPI_OUTPUTS - 1] = zeros};
    const unsigned piece = sizeof zeros / sizeof *zeros;
    for (; frames > piece; frames -= piece)
        write(silence, piece);
    write(silence, frames);
}

/* Brings the rings to their target with silence. */
static void prime(void) {
    const uint32_t rate = audio_class_engine_rate(&audio.class);
    if (!stream.running) {
        lines_begin(rate);
        pdm_line_begin(rate);
    }
    const uint32_t target = frames_in(TARGET_MS), have = stream.running ? fill() : 0;
    if (have < target) write_silence(target - have);
    start_counting();
}

/* Compares when packets come, not when there is time for them. */
static void follow_host(uint32_t arrival) {
    if (!stream.counting && (int32_t)(packets_out - stream.counts_from) < 0) return;
    const uint32_t sent = lines_sent_at(arrival);
    if (!stream.counting) stream.sent_before = sent - stream.received;
    stream.counting = true;
    stream.feedback_value = feedback_update(&stream.feedback, sent - stream.sent_before, stream.received);
}

static void count_gap(void) {
    const uint32_t now = timer_hw->timerawl, gap = now - stream.last_packet;
    if (stream.running && gap > GAP_MIN_US && gap < GAP_MAX_US) audio.counters.gaps++;
    stream.last_packet = now;
}

static void process(const uint8_t *packet, size_t bytes, uint32_t arrival) {
    static int32_t samples[DSPI_OUTPUTS][ENGINE_FRAMES_MAX];
    static int32_t *outputs[DSPI_OUTPUTS];
    for (unsigned output = 0; output < DSPI_OUTPUTS; output++)
        outputs[output] = samples[output];
    count_gap();
    if (!lines_used()) return; /* the application is not up yet */
    if (!stream.running || stream.starved)
        prime();
    else
        follow_host(arrival);
    const unsigned frames = audio_class_frames(&audio.class, bytes);
    if (stream.running && fill() + frames > frames_in(CAPACITY_MS)) {
        audio.counters.overruns++;
        return;
    }
    engine_process(audio.engine, packet, frames, audio_class_bytes_per_sample(&audio.class), outputs);
    write(outputs, frames);
    stream.received += frames;
    if (stream.running) return;
    lines_start();
    stream.running = true;
    stream.counts_from = packets_in;
}

/* --- figures ---------------------------------------------------------------------------------------------
 */

static struct fill slot_fill, pdm_fill;

/* Of 16 that the rings count as, those with something to play. */
unsigned audio_buffers_filled(void) {
    if (!stream.running || stream.starved) return 0;
    const unsigned capacity = frames_in(CAPACITY_MS);
    const unsigned filled = (stream.shown_fill * AUDIO_BUFFERS + capacity - 1) / capacity;
    return filled < AUDIO_BUFFERS ? filled : AUDIO_BUFFERS;
}

const struct fill *audio_slot_fill(void) {
    return &slot_fill;
}

const struct fill *audio_pdm_fill(void) {
    return &pdm_fill;
}

void audio_reset_fills(void) {
    fill_reset(&slot_fill);
    fill_reset(&pdm_fill);
}

static void sample_fill(void) {
    stream.shown_fill = fill();
    if (audio.counters.packets % FILL_INTERVAL != 0) return;
    const unsigned percent = audio_buffers_filled() * 100 / AUDIO_BUFFERS;
    fill_sample(&slot_fill, percent);
    if (engine_output_enabled(audio.engine, DSPI_PDM_OUTPUT)) fill_sample(&pdm_fill, percent);
}

/* --- the 1 ms tick: what is to be done without a packet ------------------------------------------------ */

static void count_starvation(void) {
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++)
        if (lines[slot].state == LINE_SENDING && lines[slot].type == LINE_SPDIF)
            audio.counters.starvations[slot]++;
}

/* The rings never run dry: what no packet has brought by then is silence. */
static void keep_filled(void) {
    const unsigned ms = frames_in(1);
    if (!stream.running || fill() > ms + ms / 4) return;
    stream.starved = true;
    count_starvation();
    write_silence(ms);
}

static struct {
    uint32_t busy_us;
    unsigned ticks, percent;
} load;

static void count_load(uint32_t since) {
    load.busy_us += timer_hw->timerawl - since;
}

static void show_load(void) {
    if (++load.ticks < LOAD_TICKS) return;
    const unsigned percent = load.busy_us * 100 / (LOAD_TICKS * TICK_US);
    load.percent = percent < 100 ? percent : 100;
    load.busy_us = load.ticks = 0;
}

unsigned audio_load(void) {
    return load.percent;
}

/* A line that joins the others is due before the next tick: an alarm shortly before, and the rest is waited
 * for. */
static void watch_joining(void) {
    const int32_t ms = (int32_t)frames_in(1), frames = stream.running ? lines_join_in() : INT32_MAX;
    if (frames > ms + ms / 4) return;
    const uint32_t us = frames > 3 ? (uint32_t)(frames - 2) * TICK_US / (uint32_t)ms : 2;
    timer_hw->alarm[JOIN_ALARM] = timer_hw->timerawl + us;
}

static void join_interrupt(void) {
    timer_hw->intr = 1u << JOIN_ALARM;
    if (stream.running) lines_join();
}

/* An alarm that is set for a time that has passed would come an hour later. */
static void next_tick(void) {
    static uint32_t at;
    const uint32_t now = timer_hw->timerawl;
    at += TICK_US;
    if (at - now - TICK_US / 4 > TICK_US) at = now + TICK_US;
    timer_hw->alarm[TICK_ALARM] = at;
}

static void tick_interrupt(void) {
    const uint32_t start = timer_hw->timerawl;
    timer_hw->intr = 1u << TICK_ALARM;
    next_tick();
    keep_filled();
    watch_joining();
    show_load();
    count_load(start);
}

static void audio_interrupt(void) {
    const uint32_t start = timer_hw->timerawl;
    while (packets_out != packets_in) {
        const unsigned next = packets_out % PACKETS;
        process(packets[next], lengths[next], arrivals[next]);
        packets_out++;
        if (stream.running) sample_fill();
        if (!overloaded) continue;
        packets_out =
            packets_in; /* a pause for all that is less urgent, or nobody could turn the load down */
        overloaded = false;
    }
    count_load(start);
}

/* --- from the control world ---------------------------------------------------------------------------- */

static void disable_interrupts(void) {
    interrupt_disable(AUDIO_IRQ);
    interrupt_disable(TIMER_ALARM_IRQ_NUM(timer_hw, TICK_ALARM));
    interrupt_disable(TIMER_ALARM_IRQ_NUM(timer_hw, JOIN_ALARM));
}

static void enable_interrupts(void) {
    interrupt_enable(TIMER_ALARM_IRQ_NUM(timer_hw, JOIN_ALARM));
    interrupt_enable(TIMER_ALARM_IRQ_NUM(timer_hw, TICK_ALARM));
    interrupt_enable(AUDIO_IRQ);
}

void audio_pause(void) {
    disable_interrupts();
    pdm_line_stop();
    if (stream.running) lines_stop();
    stream.running = false;
}

void audio_continue(void) {
    packets_out = packets_in;
    start_counting();
    enable_interrupts();
}

void audio_leave_line(unsigned slot) {
    disable_interrupts();
    lines_leave(slot);
    enable_interrupts();
}

void audio_restart(void) {
    audio_pause();
    audio_continue();
}

void audio_clear_starvations(void) {
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++)
        audio.counters.starvations[slot] = 0;
}

/* Delay lines and all; its type is known here for nothing but its size. The engine clears it, at full speed.
 */
static struct engine __uninitialized_ram(engine_memory);

/* All of them at one priority: none of them interrupts another. */
static void handle(unsigned irq, irq_handler_t handler) {
    irq_set_exclusive_handler(irq, handler);
    irq_set_priority(irq, AUDIO_PRIORITY);
}

void audio_init(void) {
    audio.engine = engine_init(&engine_memory, sizeof engine_memory, 44100);
    audio_class_init(&audio.class, audio.engine);
    audio_reset_fills();
    lines_init();
    pdm_line_init();
    handle(AUDIO_IRQ, audio_interrupt);
    handle(TIMER_ALARM_IRQ_NUM(timer_hw, TICK_ALARM), tick_interrupt);
    handle(TIMER_ALARM_IRQ_NUM(timer_hw, JOIN_ALARM), join_interrupt);
    hw_set_bits(&timer_hw->inte, 1u << TICK_ALARM | 1u << JOIN_ALARM);
    next_tick();
    audio_continue();
}
