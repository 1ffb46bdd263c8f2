/*
 * The volume leveller: raises quiet passages, and lets nothing pass that is louder than its ceiling. Both
 * channels get the same gain. What is heard is followed in blocks of about 1 ms, as whole numbers; between
 * blocks the gain moves in a straight line.
 *
 * With lookahead the audio comes LEVELLER_LEAD blocks and a rest late. Every block's gain, limit included, is
 * known that long before its audio: the least of what is to come, averaged, has come down when the peak
 * comes. Without, the limiter acts within the very sample.
 */
#ifndef DSPI_LEVELLER_H
#define DSPI_LEVELLER_H

#include "glide.h"
#include "octaves.h"
#include "ring.h"

#define LEVELLER_LEAD     10
#define LEVELLER_AVERAGED 8 /* blocks: the others hold the least until it has been heard */

/* A design as the audio side needs it; shares are of the way that is left, per block. */
struct leveller_settings {
    bool on;
    uint16_t block, lookahead; /* frames */
    octaves_t upper, width, max_gain, gate, ceiling;
    int32_t slope;                            /* Q30 */
    int32_t window;                           /* share, Q18 */
    int32_t attack, release, limiter_release; /* shares, Q30 */
    sample_t limit;                           /* the ceiling again */
};

struct leveller_state {
    struct ramp ramp; /* the gain */
    uint32_t frames;  /* heard of the present block */
    uint32_t blocks;  /* heard, up to a window's length */
    energy_t energy[DSPI_INPUTS];
    sample_t peak;
    uint64_t mean_square[DSPI_INPUTS]; /* Q44 */
    octaves_t gain, reduction;         /* the formula's, smoothed, and the limiter's, at most 0 */
    octaves_t total[LEVELLER_LEAD + 1], held[LEVELLER_AVERAGED]; /* newest first */
};

struct leveller {
    struct leveller_state state, old; /* old: fading out */
    bool changing;
    struct ring ring; /* of both lines */
    sample_t line[DSPI_INPUTS][LEVELLER_LOOKAHEAD_MAX];
};

/* Takes a design over, limited to what can be reckoned with; one without a block is off. */
void leveller_quantise(struct leveller_settings *, const struct leveller_design *);

/* At rest, and in no glide. */
void leveller_clear(struct leveller *);

/* Switching it or its lookahead on or off starts anew; anything else it goes on with. */
/* Whether from one to the other both run, and are cross-faded. */
static inline bool leveller_differs(const struct leveller_settings *from,
                                    const struct leveller_settings *to) {
    return from->on != to->on || from->lookahead != to->lookahead;
}

void leveller_begin_glide(struct leveller *, const struct leveller_settings *from,
                          const struct leveller_settings *to);
void leveller_end_glide(struct leveller *);

/* Levels `samples` in place. */
void leveller_run(struct leveller *, const struct leveller_settings *from, const struct leveller_settings *to,
                  const struct glide *, sample_t samples[DSPI_INPUTS][ENGINE_FRAMES_MAX], unsigned frames);

#endif
