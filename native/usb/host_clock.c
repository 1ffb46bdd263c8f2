#include "host_clock.h"

#define NUMBER_MASK 0x7ffu
#define US          1000
#define HALF  1024 /* frames: one to two seconds are measured, in which an interrupt's jitter is a few ppm */
#define FIRST 64   /* frames, from which on something is known */
#define JITTER_US  4   /* what frames are off by no more than that is none of theirs */
#define OFF_MAX_US 500 /* a frame that is off by more has been missed for long, or the bus was suspended */

void host_clock_init(struct host_clock *clock) {
    *clock = (struct host_clock){0};
}

static int32_t magnitude(int32_t value) {
    return value < 0 ? -value : value;
}

static void begin(struct host_clock *clock, uint32_t us) {
    clock->frames = 0;
    for (unsigned i = 0; i < 2; i++) {
        clock->from_frame[i] = 0;
        clock->from_us[i] = us;
    }
    clock->running = true;
}

static void move_on(struct host_clock *clock, uint32_t us) {
    clock->from_frame[0] = clock->from_frame[1];
    clock->from_us[0] = clock->from_us[1];
    clock->from_frame[1] = clock->frames;
    clock->from_us[1] = us;
}

static void measure(struct host_clock *clock, uint32_t us) {
    const int32_t frames = (int32_t)(clock->frames - clock->from_frame[0]);
    const int32_t longer = (int32_t)(us - clock->from_us[0]) - frames * US;
    if (frames < FIRST) return;
    if (magnitude(longer) > 2 * frames) return begin(clock, us); /* 2000 ppm: that is no clock of a host's */
    /* longer x 2^20 / (frames x 1000), within 32 bits */
    clock->deviation = magnitude(longer) <= JITTER_US
                           ? 0
                           : longer * (1 << (HOST_CLOCK_FRACTION_BITS - 3)) / (frames * (US >> 3));
}

void host_clock_frame(struct host_clock *clock, uint32_t number, uint32_t us) {
    const uint32_t passed = (number - clock->number) & NUMBER_MASK;
    const int32_t off = (int32_t)(us - clock->now) - (int32_t)passed * US;
    clock->number = number;
    clock->now = us;
    if (!clock->running || magnitude(off) > OFF_MAX_US) return begin(clock, us);
    clock->frames += passed;
    if (clock->frames - clock->from_frame[1] >= HALF) move_on(clock, us);
    measure(clock, us);
}

int32_t host_clock_deviation(const struct host_clock *clock) {
    return clock->deviation;
}
