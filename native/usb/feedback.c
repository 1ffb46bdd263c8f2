#include "feedback.h"

/*
 * A proportional-integral servo, critically damped (integral gain = proportional gain^2 / 4), in frames per
 * ms x 2^20. It is slow on purpose: a host reads the value every 4 ms and may have 100 ms of packets under
 * way, and the time constant of 1 s leaves plenty of phase margin for that. 500 ppm at 96 kHz moves the ring
 * by 18 frames at first and by none in the end.
 */
#define FRACTION_BITS     20
#define PROPORTIONAL      (1 << 11) /* per frame of deviation: 1/512 of a frame per ms */
#define INTEGRAL          1         /* per frame and ms: (1/512)^2 / 4 */
#define CORRECTION_MAX    (1 << 19) /* half a frame per ms: 96 kHz still fits the endpoint's packets */
#define INTEGRAL_MAX      (1 << 17) /* 0.125 frames per ms: 1300 ppm at 96 kHz */
#define FEEDBACK_FRACTION 14

static int32_t limit(int32_t value, int32_t maximum) {
    return value > maximum ? maximum : value < -maximum ? -maximum : value;
}

static uint32_t to_10_14(uint32_t value) {
    unsigned shift = FRACTION_BITS - FEEDBACK_FRACTION;
    return (value + (1u << (shift - 1))) >> shift;
}

void feedback_start(struct feedback *feedback, uint32_t rate) {
    feedback->nominal = (uint32_t)((((uint64_t)rate << FRACTION_BITS) + 500) / 1000);
    feedback->integral = 0;
}

uint32_t feedback_nominal(const struct feedback *feedback) {
    return to_10_14(feedback->nominal);
}

uint32_t feedback_update(struct feedback *feedback, uint32_t consumed, uint32_t received) {
    int32_t wanted = limit((int32_t)(consumed - received), CORRECTION_MAX / PROPORTIONAL);
    feedback->integral = limit(feedback->integral + INTEGRAL * wanted, INTEGRAL_MAX);
    int32_t correction = limit(PROPORTIONAL * wanted + feedback->integral, CORRECTION_MAX);
    return to_10_14(feedback->nominal + (uint32_t)correction);
}
