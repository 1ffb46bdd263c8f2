/*
 * Plans of the schedule. One command a line on standard input:
 *
 *   cost JOB COST            what a job has cost before
 *   plan CORES BURDEN0 BURDEN1 JOB...  one stage; the jobs of core 0, then those of core 1
 *   stages                   two stages of two jobs, core 1 first: what each core may do, step by step
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schedule.h"

static struct schedule schedule;

static void finish(unsigned core, unsigned job) {
    schedule_finish(&schedule, core, job, schedule.cost[job]);
}

static void drain(unsigned core) {
    unsigned job;
    while (schedule_next(&schedule, core, &job) > 0) {
        printf("%u ", job);
        finish(core, job);
    }
}

static void plan(const char *text) {
    char *next;
    const unsigned cores = (unsigned)strtoul(text, &next, 10);
    uint32_t burden[ENGINE_CORES];
    for (unsigned core = 0; core < ENGINE_CORES; core++)
        burden[core] = (uint32_t)strtoul(next, &next, 10);
    uint8_t jobs[SCHEDULE_JOBS];
    unsigned count = 0;
    for (char *end; count < SCHEDULE_JOBS; next = end) {
        jobs[count] = (uint8_t)strtoul(next, &end, 10);
        if (end == next) break;
        count++;
    }
    schedule_begin(&schedule, cores);
    schedule_add(&schedule, jobs, count, burden);
    schedule_release(&schedule);
    drain(0);
    printf("| ");
    drain(1);
    printf("%s\n", schedule_done(&schedule) ? "done" : "not done");
}

/* The stage of the next job, which is then done; 0 for none, -1 for a wait. */
static void step(unsigned core) {
    unsigned job;
    const int stage = schedule_next(&schedule, core, &job);
    if (stage > 0) finish(core, job);
    printf("%u:%d ", core, stage);
}

static void stages(void) {
    static const uint32_t nothing[ENGINE_CORES];
    schedule_begin(&schedule, 2);
    schedule_add(&schedule, (const uint8_t[]){0, 1}, 2, nothing);
    schedule_add(&schedule, (const uint8_t[]){2, 3}, 2, nothing);
    step(0);
    schedule_release(&schedule);
    for (unsigned i = 0; i < 2; i++)
        step(1);
    for (unsigned i = 0; i < 3; i++)
        step(0);
    for (unsigned i = 0; i < 2; i++)
        step(1);
    printf("%s\n", schedule_done(&schedule) ? "done" : "not done");
}

int main(void) {
    char line[256];
    unsigned job, cost;
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "cost %u %u", &job, &cost) == 2 && job < SCHEDULE_JOBS)
            schedule.cost[job] = cost;
        else if (!strncmp(line, "plan ", 5))
            plan(line + 5);
        else if (!strcmp(line, "stages\n"))
            stages();
        else
            return fprintf(stderr, "schedule: unknown command: %s", line), 1;
    }
    return 0;
}
