#include "tick.h"

#include "hardware/timer.h"

#include "lines.h"
#include "load.h"
#include "pdm_line.h"
#include "priorities.h"
#include "stream.h"

#define TICK_ALARM 1
#define JOIN_ALARM 2
#define TICK_IRQ   TIMER_ALARM_IRQ_NUM(timer_hw, TICK_ALARM)
#define JOIN_IRQ   TIMER_ALARM_IRQ_NUM(timer_hw, JOIN_ALARM)
#define TICK_US    1000
#define JOIN_EARLY 200 /* us */

/* Lines that join the others are due before the next tick: an alarm before the packet that comes with them,
 * which would hold them up, and the rest is waited for. */
static void watch_joining(void) {
    const int32_t ms = (int32_t)stream_frames(1), frames = stream_is_running() ? lines_join_in() : INT32_MAX;
    if (frames > ms + ms / 4) return;
    const int32_t early = frames * TICK_US / ms - JOIN_EARLY;
    timer_hw->alarm[JOIN_ALARM] = timer_hw->timerawl + (early > 2 ? (uint32_t)early : 2);
}

static void join_interrupt(void) {
    timer_hw->intr = 1u << JOIN_ALARM;
    if (stream_is_running()) lines_join();
}

/* An alarm that is set for a time that has passed would come an hour later. */
static void next_tick(void) {
    static uint32_t at;
    const uint32_t now = timer_hw->timerawl;
    at += TICK_US;
    if (at - now - TICK_US / 4 > TICK_US) at = now + TICK_US;
    timer_hw->alarm[TICK_ALARM] = at;
}

static volatile uint32_t ticks;

uint32_t tick_count(void) {
    return ticks;
}

static void tick_interrupt(void) {
    timer_hw->intr = 1u << TICK_ALARM;
    ticks++;
    next_tick();
    stream_keep_filled();
    pdm_line_rest();
    watch_joining();
    load_show();
}

void tick_init(void) {
    interrupt_handle(TICK_IRQ, tick_interrupt, AUDIO_PRIORITY);
    interrupt_handle(JOIN_IRQ, join_interrupt, AUDIO_PRIORITY);
    hw_set_bits(&timer_hw->inte, 1u << TICK_ALARM | 1u << JOIN_ALARM);
    next_tick();
}

void tick_allow(bool allow) {
    void (*const set)(unsigned) = allow ? interrupt_enable : interrupt_disable;
    set(TICK_IRQ);
    set(JOIN_IRQ);
}
