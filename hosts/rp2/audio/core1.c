#include "core1.h"

#include "hardware/timer.h"
#include "pico/multicore.h"

#include "audio.h"
#include "engine.h"
#include "load.h"
#include "pdm_line.h"
#include "watch.h"

/* A packet comes first, unless the PDM line is about to run dry. */
static bool work(void) {
    if (pdm_line_is_urgent() && pdm_line_work()) return true;
    return engine_run_next(audio.engine, 1) != ENGINE_NOTHING_LEFT || pdm_line_work();
}

/* What the PDM line asks for comes without an event: it is looked for. */
static void core1(void) {
    watch_begin();
    for (uint32_t last = timer_hw->timerawl;;) {
        const bool worked = work();
        const uint32_t now = timer_hw->timerawl;
        if (!worked) load_rested(now - last);
        last = now;
        if (worked || pdm_line_goes_on()) continue;
        load_wait_for_event();
        last = timer_hw->timerawl;
    }
}

void core1_start(void) {
    multicore_launch_core1(core1);
}
