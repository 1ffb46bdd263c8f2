#include "pdm.h"

#include <string.h>

#include "pdm_modulate.h"

#define OUTPUT PDM_OUTPUT

/*
 * Signals within PDM_MODULATION stay below 3 and 14 outputs: the limits are for states that no signal leads
 * to. Integral2 wraps at 57 outputs, which does no harm but noise, and the frame's end is early enough to
 * look.
 */
#define LIMIT1 (4 * OUTPUT)
#define LIMIT2 (24 * OUTPUT)

/* With no input, these integrals repeat PDM_IDLE_BYTE for ever: integral2 is beyond the reach of dither. */
#define IDLE_INTEGRAL1 (OUTPUT / 2)
#define IDLE_INTEGRAL2 OUTPUT         /* any of 0 ... 2 outputs will */
#define SETTLING_SHIFT 8              /* time constant of 2^8 frames */
#define SETTLED        (OUTPUT / 256) /* a step of -95 dBFS for one sample */

static inline int32_t clamp(int32_t value, int32_t low, int32_t high) {
    return value < low ? low : value > high ? high : value;
}

void pdm_init(struct pdm *pdm) {
    pdm_make_dither();
    *pdm = (struct pdm){.idle = true};
}

void pdm_start(struct pdm *pdm) {
    if (pdm->idle) {
        pdm->integral1 = IDLE_INTEGRAL1;
        pdm->integral2 = IDLE_INTEGRAL2;
    }
    pdm->idle = false;
    pdm->started = true;
}

void pdm_stop(struct pdm *pdm) {
    pdm->started = false;
}

bool pdm_idle(const struct pdm *pdm) {
    return pdm->idle;
}

/* The sample at a step of the fade, which follows 3t^2 - 2t^3. */
static int32_t faded(int32_t sample, uint32_t fade) {
    if (fade == PDM_FADE_FRAMES) return sample;
    uint32_t gain = fade * fade * (3 * PDM_FADE_FRAMES - 2 * fade); /* 0 ... 2^30 */
    return (int32_t)((int64_t)sample * gain / (1 << 30));
}

/*
 * After the fade, integral1 still holds a fraction of a bit. Dropping it would click, so it is let out
 * slowly. The outputs of a frame add up to an even number, hence the remainder counts modulo two outputs.
 */
static void settle(struct pdm *pdm) {
    int32_t rest = pdm->integral1 - IDLE_INTEGRAL1;
    pdm->idle = rest > -SETTLED && rest < SETTLED && pdm->integral2 >= 0 && pdm->integral2 < 2 * OUTPUT;
    if (rest > OUTPUT)
        rest -= 2 * OUTPUT;
    else if (rest < -OUTPUT)
        rest += 2 * OUTPUT;
    pdm->integral1 -= rest >> SETTLING_SHIFT;
}

void pdm_process(struct pdm *pdm, const int32_t *samples, unsigned frames, uint8_t *bits) {
    for (; frames > 0; frames--, samples++, bits += PDM_FRAME_BYTES) {
        if (pdm->idle) {
            memset(bits, PDM_IDLE_BYTE, PDM_FRAME_BYTES);
            continue;
        }
        bool silent = pdm->fade == 0 && !pdm->started;
        int32_t sample = clamp(*samples, -PDM_FULL_SCALE, PDM_FULL_SCALE - 1);
        pdm_modulate(pdm, faded(sample, pdm->fade), bits);
        pdm->integral1 = clamp(pdm->integral1, -LIMIT1, LIMIT1);
        pdm->integral2 = clamp(pdm->integral2, -LIMIT2, LIMIT2);
        if (silent)
            settle(pdm);
        else if (!pdm->started)
            pdm->fade--;
        else if (pdm->fade < PDM_FADE_FRAMES)
            pdm->fade++;
    }
}
