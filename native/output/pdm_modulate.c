/*
 * Per bit: the output is the sign of integral2 + dither, and both integrals take in what is left to say.
 *
 *   integral1 += input - output
 *   integral2 += integral1 - 1.5 output
 *
 * Noise is shaped by (1 - 1/z)^2. The 1.5 (1 would do in theory) keeps the loop calm at high levels: it wins
 * 3 dB at -1 dBFS.
 */
#include "pdm_modulate.h"

#define WORDS  (PDM_OVERSAMPLING / PDM_WORD_BITS)
#define OUTPUT PDM_OUTPUT
#define LEAN   (OUTPUT + OUTPUT / 2)

/* The line between samples is kept in 1/WORDS of a sample. */
#define LINE_SHIFT (3 + PDM_INPUT_SHIFT)
#define LINE_REST  ((1 << LINE_SHIFT) - 1)

/*
 * Triangular dither of +-0.68 output for two bits of three. More costs SINAD at high levels; less, or for
 * fewer bits, lets idle tones through at some constant inputs (for every other bit most of all: their
 * patterns have even periods). It comes from a table that every word reads from a place of its own; with
 * fresh numbers for every bit, spectra are the same.
 */
#define DRAWS  22 /* of a word */
#define PLACES 64
static int32_t dither[PLACES + DRAWS - 1] __attribute__((used));

/* Only high bits are used: the low ones of such a generator have short periods. */
static uint32_t next_random(uint32_t random) {
    return (random + 1) * 1664525u;
}

void pdm_make_dither(void) {
    uint32_t first = 0, second;
    for (unsigned i = 0; i < sizeof dither / sizeof *dither; i++) {
        second = next_random(first);
        dither[i] = i < PLACES ? ((int32_t)first / 1024 + (int32_t)second / 1024) * 6 : dither[i - PLACES];
        first = next_random(second);
    }
}

#if defined(__thumb__)

_Static_assert(OUTPUT == 37282702 && LINE_SHIFT == 5 && PLACES == 64 && WORDS == 8,
               "pdm_thumb.S has these numbers");
__asm__(".include \"pdm_thumb.S\"");

#else

/*
 * Unsigned integrals may wrap; integral1 has -LEAN in it, so that only one of the bit's values must add to
 * what goes into integral2.
 */
void pdm_modulate(struct pdm *pdm, int32_t sample, uint8_t *bits) {
    uint32_t integral1 = (uint32_t)pdm->integral1 - LEAN, integral2 = (uint32_t)pdm->integral2;
    const int32_t slope = sample - pdm->sample;
    int32_t line = pdm->sample * WORDS + (slope >> 1);
    for (unsigned word = 0; word < WORDS; word++) {
        line += word == 0 ? 0 : slope;
        pdm->rest += line;
        const uint32_t input = (uint32_t)(pdm->rest >> LINE_SHIFT);
        pdm->rest &= LINE_REST;
        pdm->random = next_random(pdm->random);
        const int32_t *draw = dither + (pdm->random >> 26);
        const uint32_t after_one = input - OUTPUT, after_zero = input + OUTPUT;
        uint32_t out = 0;
#pragma GCC unroll 32
        for (unsigned bit = 0; bit < PDM_WORD_BITS; bit++) {
            uint32_t level = integral2;
            if (bit % 3 < 2) level += (uint32_t)draw[bit / 3 * 2 + bit % 3];
            if ((int32_t)level >= 0) {
                out |= 0x80000000u >> bit;
                integral1 += after_one;
                integral2 += integral1;
            } else {
                integral1 += after_zero;
                integral2 += integral1 + 2 * LEAN;
            }
        }
        for (unsigned byte = 0; byte < 4; byte++)
            *bits++ = (uint8_t)(out >> (24 - 8 * byte));
    }
    pdm->integral1 = (int32_t)(integral1 + LEAN);
    pdm->integral2 = (int32_t)integral2;
    pdm->sample = sample;
}

#endif
