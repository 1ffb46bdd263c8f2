#include "pdm.h"

#include <string.h>

/*
 * Per bit: the output is the sign of integral2 + dither, and both integrals take in what is left to say.
 *
 *   integral1 += input - output
 *   integral2 += integral1 - 1.5 output
 *
 * Noise is shaped by (1 - 1/z)^2. The 1.5 (1 would do in theory) keeps the loop calm at high levels: it wins
 * 5 dB at -1 dBFS. Two fraction bits below the sample are as many as leave integral2 room, see LIMIT2.
 */
#define FRACTION_BITS 2
#define OUTPUT        ((int32_t)((PDM_FULL_SCALE << FRACTION_BITS) / PDM_MODULATION + 0.5))

/*
 * Signals within PDM_MODULATION stay below 3.3 and 19 outputs. The limits are looked at once per byte only:
 * even from both limits at once, 8 bits cannot carry integral2 to the 57 outputs that 32 bits hold.
 */
#define LIMIT1 (4 * OUTPUT)
#define LIMIT2 (24 * OUTPUT)

/*
 * Triangular dither is the difference of successive uniform draws of +-2^(31 - shift): +-0.45 output in all.
 * More costs SINAD at high levels, less lets idle tones through at some constant inputs.
 */
#define DITHER_SHIFT 8
#define NO_DITHER    31

/* With no input and no dither, these integrals repeat PDM_IDLE_BYTE for ever. */
#define IDLE_INTEGRAL1 (OUTPUT / 2)
#define IDLE_INTEGRAL2 OUTPUT         /* any of 0 ... 2 outputs will */
#define SETTLING_SHIFT 8              /* time constant of 2^8 frames */
#define SETTLED        (OUTPUT / 256) /* a step of -95 dBFS for one sample */

static inline int32_t clamp(int32_t value, int32_t low, int32_t high) {
    return value < low ? low : value > high ? high : value;
}

void pdm_init(struct pdm *pdm) {
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

/* The bits of one frame, on the line from the last sample to this one. */
static void modulate(struct pdm *pdm, int32_t sample, unsigned dither_shift, uint8_t *bits) {
    int32_t integral1 = pdm->integral1, integral2 = pdm->integral2, dither = pdm->dither;
    uint32_t random = pdm->random;
    int32_t input = pdm->sample * PDM_OVERSAMPLING, slope = sample - pdm->sample; /* in 1/256 of a sample */
    for (unsigned byte = 0; byte < PDM_FRAME_BYTES; byte++) {
        uint32_t word = 0;
        for (unsigned bit = 0; bit < 8; bit++) {
            int32_t last = dither;
            random =
                random * 1664525u + 1013904223u; /* Numerical Recipes' generator; only high bits are used */
            dither = (int32_t)random >> dither_shift;
            int32_t zero = (integral2 + dither - last) >> 31; /* -1 for a 0 bit, 0 for a 1 bit */
            int32_t output = (OUTPUT ^ zero) - zero;
            input += slope;
            integral1 += (input >> (8 - FRACTION_BITS)) - output;
            integral2 += integral1 - output - (output >> 1);
            word = word << 1 | (uint32_t)(zero + 1);
        }
        integral1 = clamp(integral1, -LIMIT1, LIMIT1);
        integral2 = clamp(integral2, -LIMIT2, LIMIT2);
        bits[byte] = (uint8_t)word;
    }
    pdm->integral1 = integral1;
    pdm->integral2 = integral2;
    pdm->dither = dither;
    pdm->random = random;
    pdm->sample = sample;
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
        modulate(pdm, faded(sample, pdm->fade), silent ? NO_DITHER : DITHER_SHIFT, bits);
        if (silent)
            settle(pdm);
        else if (!pdm->started)
            pdm->fade--;
        else if (pdm->fade < PDM_FADE_FRAMES)
            pdm->fade++;
    }
}
