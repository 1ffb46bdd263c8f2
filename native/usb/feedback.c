#include "feedback.h"

#include "host_clock.h"

/*
 * The clocks' difference is measured and not found by the ring's fill, which is left to correct what has come
 * about before the host followed: in proportion, with a time constant of 128 ms. A host that reads the value
 * every 4 ms and has 32 ms of packets under way leaves 75 degrees of phase margin, one with 100 ms 45.
 */
#define FRACTION_BITS     HOST_CLOCK_FRACTION_BITS
#define PROPORTIONAL      (1 << 13) /* per frame of deviation: 1/128 of a frame per ms */
#define CORRECTION_MAX    (1 << 19) /* half a frame per ms: 96 kHz still fits the endpoint's packets */
#define FEEDBACK_FRACTION 14

static int32_t limit(int32_t value, int32_t maximum) {
    return value > maximum ? maximum : value < -maximum ? -maximum : value;
}

static uint32_t to_10_14(uint32_t value) {
    const unsigned shift = FRACTION_BITS - FEEDBACK_FRACTION;
    return (value + (1u << (shift - 1))) >> shift;
}

void feedback_start(struct feedback *feedback, uint32_t rate) {
    feedback->nominal = (uint32_t)((((uint64_t)rate << FRACTION_BITS) + 500) / 1000);
}

uint32_t feedback_nominal(const struct feedback *feedback) {
    return to_10_14(feedback->nominal);
}

uint32_t feedback_update(const struct feedback *feedback, int32_t clock_deviation, int32_t missing) {
    const int32_t drift = (int32_t)(feedback->nominal >> 10) * clock_deviation / (1 << (FRACTION_BITS - 10));
    const int32_t refill = PROPORTIONAL * limit(missing, CORRECTION_MAX / PROPORTIONAL);
    return to_10_14(feedback->nominal + (uint32_t)limit(drift + refill, CORRECTION_MAX));
}
