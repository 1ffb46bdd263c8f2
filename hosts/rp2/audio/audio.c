#include "audio.h"

#include "hardware/timer.h"
#include "pico.h"

#include "core1.h"
#include "engine.h"
#include "figures.h"
#include "lines.h"
#include "packets.h"
#include "pdm_line.h"
#include "pipeline.h"
#include "priorities.h"
#include "stream.h"
#include "tick.h"
#include "watch.h"

struct audio audio;

/*
 * What is less urgent gets a 32nd of the time, or nobody could turn the load down: when audio owes it that
 * for long, or has lost a packet, it pauses.
 */
#define SHARE       31 /* of audio's, at most, for each of the rest */
#define PATIENCE_US 31000
#define PAUSE_US    4000

static volatile bool overloaded, paused;
static volatile uint32_t paused_at;

static void pause(void) {
    packets_drop_all();
    paused_at = timer_hw->timerawl;
    paused = true;
}

/* A packet was played from `start` to `end`, in us. */
static bool owes_much(uint32_t start, uint32_t end) {
    static uint32_t last_end, debt;
    const uint32_t rest = start - last_end;
    debt += end - start;
    debt -= rest < debt / SHARE ? SHARE * rest : debt;
    last_end = end;
    return debt > PATIENCE_US;
}

static bool takes_packets(void) {
    if (paused && timer_hw->timerawl - paused_at > PAUSE_US) paused = false;
    return !paused;
}

void audio_take_frame(uint32_t number) {
    host_clock_frame(&audio.host_clock, number, timer_hw->timerawl);
}

void audio_take_packet(size_t bytes) {
    audio.counters.packets++;
    if (takes_packets()) {
        if (packets_put(bytes, lines_position())) return interrupt_pend(AUDIO_IRQ);
        overloaded = true;
    }
    audio.counters.overruns++;
}

static void audio_interrupt(void) {
    for (const struct usb_packet *packet; (packet = packets_next());) {
        const uint32_t start = timer_hw->timerawl;
        stream_play(packet);
        packets_take();
        figures_sample();
        if (!owes_much(start, timer_hw->timerawl) && !overloaded) continue;
        pause();
        overloaded = false;
    }
}

void audio_hold(void) {
    interrupt_disable(AUDIO_IRQ);
    tick_allow(false);
}

void audio_release(void) {
    tick_allow(true);
    interrupt_enable(AUDIO_IRQ);
}

void audio_restart(void) {
    audio_hold();
    stream_stop();
    stream_start_over();
    audio_release();
}

void audio_clear_starvations(void) {
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++)
        audio.counters.starvations[slot] = 0;
}

static uint32_t microseconds(void) {
    return timer_hw->timerawl;
}

/* Delay lines and all; its type is known here for nothing but its size. The engine clears it, at full speed.
 */
static struct engine __uninitialized_ram(engine_memory);

void audio_init(void) {
    audio.engine = engine_init(&engine_memory, sizeof engine_memory, 44100);
    engine_set_clock(audio.engine, microseconds);
    audio_class_init(&audio.class, audio.engine);
    figures_reset();
    lines_init();
    pdm_line_init();
    core1_start();
    interrupt_handle(AUDIO_IRQ, audio_interrupt, AUDIO_PRIORITY);
    tick_init();
    stream_start_over();
    audio_release();
    watch_init();
}
