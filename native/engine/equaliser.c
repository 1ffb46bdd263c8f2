#include "equaliser.h"

#include <string.h>

void equaliser_clear(struct equaliser *equaliser) {
    memset(equaliser, 0, sizeof *equaliser);
}

/* Quicker than the C library's memcmp(), which goes by bytes. */
static bool are_same(const struct band *a, const struct band *b) {
    typedef uint16_t half __attribute__((may_alias));
    const half *x = (const half *)a, *y = (const half *)b, *end = (const half *)(a + 1);
    while (x < end && *x == *y) {
        x++;
        y++;
    }
    return x == end;
}

static bool differs(struct bands from, struct bands to, unsigned i) {
    const uint32_t bit = 1u << i;
    if ((from.active ^ to.active) & bit) return true;
    return to.active & bit && !are_same(&from.band[i], &to.band[i]);
}

void equaliser_compare(struct equaliser *equaliser, struct bands from, struct bands to) {
    equaliser->waiting = 0;
    for (unsigned i = 0; i < DSPI_BANDS; i++)
        equaliser->waiting |= (uint32_t)differs(from, to, i) << i;
}

void equaliser_begin_glide(struct equaliser *equaliser, struct bands from, struct bands to, uint32_t bands) {
    uint32_t left = equaliser->waiting & bands;
    equaliser->waiting &= ~bands;
    for (unsigned i = 0; left; i++) {
        const uint32_t bit = 1u << i;
        if (!equaliser->changing && !(left & bit)) continue;
        left &= ~bit;
        equaliser->changing |= bit;
        const struct band_state state = equaliser->old[i] = equaliser->state[i];
        equaliser->state[i] = from.active & to.active & bit
                                  ? band_take_over(&from.band[i], &state, &to.band[i])
                                  : (struct band_state){0};
    }
}

void equaliser_end_glide(struct equaliser *equaliser) {
    equaliser->changing = 0;
}

void equaliser_run(struct equaliser *equaliser, struct bands from, struct bands to, const struct glide *glide,
                   sample_t *samples, unsigned frames) {
    const uint32_t changing = equaliser->changing;
    const uint32_t still = -(equaliser->waiting & -equaliser->waiting); /* from the first that waits on */
    const uint32_t before = changing ? (changing & -changing) - 1 : ~still;
    cascade_run(to.band, equaliser->state, to.active & before, samples, frames, glide->elapsed);
    if (changing) {
        sample_t old[ENGINE_FRAMES_MAX];
        memcpy(old, samples, frames * sizeof *old);
        cascade_run(from.band, equaliser->old, from.active & changing, old, frames, glide->elapsed);
        cascade_run(to.band, equaliser->state, to.active & changing, samples, frames, glide->elapsed);
        for (unsigned n = 0; n < frames; n++)
            samples[n] = sample_between(old[n], samples[n], glide->weight[n]);
        cascade_run(to.band, equaliser->state, to.active & ~(before | changing | still), samples, frames,
                    glide->elapsed);
    }
    cascade_run(from.band, equaliser->state, from.active & still, samples, frames, glide->elapsed);
}
