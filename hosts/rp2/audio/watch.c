#include "watch.h"

#include "hardware/structs/sio.h"
#include "hardware/timer.h"

#include "lines.h"
#include "pdm_line.h"
#include "priorities.h"
#include "tick.h"

/* tick.c has two more; the SDK keeps time by alarm 3 where it is built with its pool. */
#define WATCH_ALARM 0
#define WATCH_IRQ   TIMER_ALARM_IRQ_NUM(timer_hw, WATCH_ALARM)
#define LOOK_US     50000 /* audio's interrupt, which keeps ticks off, pauses after 31 ms (audio.c) */

/* Should the ticks come again after all, so does sound. */
static void watch_interrupt(void) {
    static uint32_t seen[2]; /* by each core */
    const unsigned core = sio_hw->cpuid;
    const uint32_t ticks = tick_count();
    const bool stuck = seen[core] == ticks;
    timer_hw->intr = 1u << WATCH_ALARM;
    timer_hw->alarm[WATCH_ALARM] = timer_hw->timerawl + LOOK_US;
    seen[core] = ticks;
    if (stuck) lines_silence();
    pdm_line_silence(stuck);
}

void watch_init(void) {
    interrupt_handle(WATCH_IRQ, watch_interrupt, USB_PRIORITY);
    timer_hw->alarm[WATCH_ALARM] = timer_hw->timerawl + LOOK_US;
    hw_set_bits(&timer_hw->inte, 1u << WATCH_ALARM);
    watch_begin();
}

void watch_begin(void) {
    interrupt_enable(WATCH_IRQ);
}
