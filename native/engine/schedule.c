#include "schedule.h"

#include <string.h>

static uint32_t read(const _Atomic uint32_t *word) {
    return atomic_load_explicit(word, memory_order_acquire);
}

static void write(_Atomic uint32_t *word, uint32_t value) {
    atomic_store_explicit(word, value, memory_order_release);
}

void schedule_begin(struct schedule *schedule, unsigned cores) {
    schedule->cores = cores;
    schedule->stages = 0;
    for (unsigned core = 0; core < ENGINE_CORES; core++)
        schedule->first[core] = schedule->planned[core] = read(&schedule->done[core]);
}

/* Stable, so that equal costs give one order. */
static void sort_dearest_first(const uint32_t *cost, uint8_t *jobs, unsigned count) {
    for (unsigned i = 1; i < count; i++) {
        const uint8_t job = jobs[i];
        unsigned place = i;
        for (; place > 0 && cost[jobs[place - 1]] < cost[job]; place--)
            jobs[place] = jobs[place - 1];
        jobs[place] = job;
    }
}

static void give(struct schedule *schedule, unsigned core, unsigned job) {
    const uint32_t place = schedule->planned[core]++ - schedule->first[core];
    schedule->job[core][place] = (uint8_t)job;
    schedule->stage[core][place] = (uint8_t)schedule->stages;
}

void schedule_add(struct schedule *schedule, const uint8_t *jobs, unsigned count,
                  const uint32_t burden[ENGINE_CORES]) {
    uint8_t sorted[SCHEDULE_JOBS];
    memcpy(sorted, jobs, count);
    sort_dearest_first(schedule->cost, sorted, count);
    schedule->stages++;
    memcpy(schedule->before[schedule->stages], schedule->planned, sizeof schedule->planned);
    uint32_t load[ENGINE_CORES];
    memcpy(load, burden, sizeof load);
    for (unsigned i = 0; i < count; i++) {
        const unsigned core = schedule->cores > 1 && load[1] < load[0] ? 1 : 0;
        load[core] += schedule->cost[sorted[i]] + 1; /* so that those of unknown cost are shared by number */
        give(schedule, core, sorted[i]);
    }
}

void schedule_release(struct schedule *schedule) {
    for (unsigned core = 0; core < ENGINE_CORES; core++)
        write(&schedule->goal[core], schedule->planned[core]);
}

int schedule_next(const struct schedule *schedule, unsigned core, unsigned *job) {
    const uint32_t done = read(&schedule->done[core]);
    if (done == read(&schedule->goal[core])) return SCHEDULE_NOTHING;
    const uint32_t place = done - schedule->first[core];
    const unsigned stage = schedule->stage[core][place], other = 1 - core;
    if ((int32_t)(read(&schedule->done[other]) - schedule->before[stage][other]) < 0) return SCHEDULE_WAIT;
    *job = schedule->job[core][place];
    return (int)stage;
}

/* The first cost counts as it is; later ones are averaged: an interrupt may have come in between. */
void schedule_finish(struct schedule *schedule, unsigned core, unsigned job, uint32_t cost) {
    uint32_t *known = &schedule->cost[job];
    *known = *known == 0 ? cost : *known - *known / 4 + cost / 4;
    write(&schedule->done[core], read(&schedule->done[core]) + 1);
}

_Bool schedule_done(const struct schedule *schedule) {
    for (unsigned core = 0; core < ENGINE_CORES; core++)
        if (read(&schedule->done[core]) != read(&schedule->goal[core])) return 0;
    return 1;
}
