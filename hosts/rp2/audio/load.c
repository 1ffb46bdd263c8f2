#include "load.h"

#include "hardware/sync.h"
#include "hardware/timer.h"

#define WINDOW_US 65536

static struct {
    volatile uint32_t rest; /* us since power-on; the core's own */
    uint32_t rest_before;
    unsigned percent;
} loads[2];
static uint32_t since;

/* What wakes the core is served only after the time has been taken: PRIMASK does not keep it asleep. */
void load_wait_for_interrupt(void) {
    const uint32_t interrupts = save_and_disable_interrupts(), start = timer_hw->timerawl;
    __wfi();
    loads[0].rest += timer_hw->timerawl - start;
    restore_interrupts(interrupts);
}

void load_wait_for_event(void) {
    const uint32_t start = timer_hw->timerawl;
    __wfe();
    load_rested(timer_hw->timerawl - start);
}

void load_rested(uint32_t us) {
    loads[1].rest += us;
}

void load_show(void) {
    const uint32_t passed = timer_hw->timerawl - since;
    if (passed < WINDOW_US) return;
    since += passed;
    for (unsigned core = 0; core < 2; core++) {
        const uint32_t rest = loads[core].rest, rested = rest - loads[core].rest_before;
        loads[core].rest_before = rest;
        loads[core].percent = rested < passed ? 100 - (rested * 100 + passed / 2) / passed : 0;
    }
}

unsigned load_percent(unsigned core) {
    return loads[core].percent;
}
