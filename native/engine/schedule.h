/*
 * Shares the jobs of a packet between two cores. The jobs come in stages; a stage begins when the one before
 * has ended on both cores. Each job goes, dearest first, to the core that has less to do, by what the jobs
 * have cost in the packets before.
 *
 * The plan is made by the core that begins a packet. Every word has one writer, and is 32 bits: plain loads
 * and stores in order suffice, which is all the M0+ has.
 */
#ifndef DSPI_SCHEDULE_H
#define DSPI_SCHEDULE_H

#include <stdatomic.h>
#include <stdint.h>

#include "dimensions.h"

#define SCHEDULE_STAGES 4
#define SCHEDULE_JOBS   (2 * DSPI_INPUTS + 1 + DSPI_OUTPUTS)

enum { SCHEDULE_NOTHING = 0, SCHEDULE_WAIT = -1 };

struct schedule {
    /* Written by the core that begins a packet, while no job of it can be taken. */
    uint8_t job[ENGINE_CORES][SCHEDULE_JOBS], stage[ENGINE_CORES][SCHEDULE_JOBS];
    uint32_t first[ENGINE_CORES];                       /* what `done` was when the packet began */
    uint32_t before[SCHEDULE_STAGES + 1][ENGINE_CORES]; /* what `done` must be before a stage begins */
    uint32_t planned[ENGINE_CORES];                     /* what `goal` will be */
    unsigned cores, stages;

    /* Jobs there were since the start, and jobs that each core has done: its own word. */
    _Atomic uint32_t goal[ENGINE_CORES], done[ENGINE_CORES];
    uint32_t cost[SCHEDULE_JOBS]; /* smoothed; written by the core that does the job */
};

/* A new plan for 1 or 2 cores; only when the last one is done. */
void schedule_begin(struct schedule *, unsigned cores);

/*
 * Adds a stage of `count` jobs, each 0 ... SCHEDULE_JOBS - 1, and none twice in a plan. `burden` is what each
 * core has to do beside the stage, as a cost.
 */
void schedule_add(struct schedule *, const uint8_t *jobs, unsigned count,
                  const uint32_t burden[ENGINE_CORES]);

/* From now on the cores can take the jobs of the plan. */
void schedule_release(struct schedule *);

/* The stage, from 1, of the next job of a core; or SCHEDULE_NOTHING, or SCHEDULE_WAIT. */
int schedule_next(const struct schedule *, unsigned core, unsigned *job);

/* That job is done, at this cost. */
void schedule_finish(struct schedule *, unsigned core, unsigned job, uint32_t cost);

/* Whether every job of the plan is done. */
_Bool schedule_done(const struct schedule *);

#endif
