#include "leveller.h"

#include <string.h>

#include "meter.h"

#define Q18 (INT32_C(1) << 18)
#define Q30 (INT32_C(1) << 30)

static boost_t boost_of(octaves_t octaves) {
    return boost_from_q24(octaves_to_q24(octaves));
}

/* --- control side: taking a design over ------------------------------------------------------------------
 */

static int32_t share(double x, int32_t one) {
    return x > 0 ? x < 1 ? (int32_t)(x * one + 0.5) : one : 0;
}

static bool makes_sense(const struct leveller_design *design) {
    const unsigned block = design->block, lookahead = design->lookahead;
    if (block < 1 || block > LEVELLER_BLOCK_MAX) return false;
    return lookahead == 0 || (lookahead <= LEVELLER_LOOKAHEAD_MAX && lookahead / block == LEVELLER_LEAD);
}

static octaves_t between_0_and_8_octaves(double decibels) {
    const octaves_t octaves = octaves_from_decibels(decibels);
    return octaves < 0 ? 0 : octaves > 8 * OCTAVE ? 8 * OCTAVE : octaves;
}

void leveller_quantise(struct leveller_settings *settings, const struct leveller_design *design) {
    memset(settings, 0, sizeof *settings);
    if (!makes_sense(design)) return;
    const octaves_t ceiling = octaves_from_decibels(design->ceiling);
    *settings = (struct leveller_settings){
        .on = true,
        .block = (uint16_t)design->block,
        .lookahead = (uint16_t)design->lookahead,
        .upper = octaves_from_decibels(design->upper),
        .width = between_0_and_8_octaves(design->width),
        .max_gain = between_0_and_8_octaves(design->max_gain),
        .gate = octaves_from_decibels(design->gate),
        .ceiling = ceiling < 0 ? ceiling : 0,
        .slope = share(design->slope, Q30),
        .window = share(design->window, Q18),
        .attack = share(design->attack, Q30),
        .release = share(design->release, Q30),
        .limiter_release = share(design->limiter_release, Q30),
    };
    settings->limit = sample_boost(sample_from_24(1 << 23), boost_of(settings->ceiling));
}

/* --- audio side: the gain --------------------------------------------------------------------------------
 */

/* The formula: nothing above the knee, a parabola in it, `slope` times the distance below it. */
static octaves_t wanted_gain(const struct leveller_settings *settings, octaves_t level) {
    const int64_t below = (int64_t)settings->upper - level, width = settings->width;
    if (below <= 0 || level < settings->gate) return 0;
    const int64_t distance = below < width ? below * below / (2 * width) : below - width / 2;
    const int64_t gain = distance * settings->slope >> 30;
    return gain < settings->max_gain ? (octaves_t)gain : settings->max_gain;
}

static int64_t rounded(int64_t x, unsigned shift) {
    return (x + (INT64_C(1) << (shift - 1))) >> shift;
}

static octaves_t approach(octaves_t from, octaves_t to, int32_t share) {
    return from + (octaves_t)rounded(((int64_t)to - from) * share, 30);
}

/* The level of the louder channel. Until a window's length has been heard, of all that has. */
static octaves_t level_of(struct leveller_state *state, const struct leveller_settings *settings) {
    const int32_t mean_of_all = Q18 / (int32_t)(state->blocks + 1);
    const bool is_filled = mean_of_all <= settings->window;
    const int32_t window = is_filled ? settings->window : mean_of_all;
    if (!is_filled) state->blocks++;
    uint64_t louder = 0;
    for (unsigned channel = 0; channel < DSPI_INPUTS; channel++) {
        const int64_t heard = (int64_t)energy_mean(state->energy[channel], state->frames);
        const int64_t mean = (int64_t)state->mean_square[channel];
        state->mean_square[channel] = (uint64_t)(mean + rounded((heard - mean) * window, 18));
        if (state->mean_square[channel] > louder) louder = state->mean_square[channel];
        state->energy[channel] = 0;
    }
    return (octaves_of(louder) - 44 * OCTAVE) / 2;
}

/* Gain of a peak that just reaches the ceiling. */
static octaves_t gain_to_ceiling(const struct leveller_settings *settings, sample_t peak) {
    return settings->ceiling - (octaves_of(sample_to_q40(peak)) - 40 * OCTAVE) - 2 * OCTAVES_ERROR;
}

static octaves_t least_of(const octaves_t *octaves, unsigned count) {
    octaves_t least = octaves[0];
    for (unsigned i = 1; i < count; i++)
        least = octaves[i] < least ? octaves[i] : least;
    return least;
}

static void push(octaves_t *newest_first, unsigned count, octaves_t octaves) {
    for (unsigned i = 0; i < count; i++) {
        const octaves_t older = newest_first[i];
        newest_first[i] = octaves;
        octaves = older;
    }
}

/*
 * Block i's audio is heard LEVELLER_LEAD blocks late, and a rest of less than a block. So each gain must stay
 * below the totals of three blocks, the newest of them LEVELLER_LEAD - 1 ago: as each held value does that is
 * averaged.
 */
static octaves_t look_ahead(struct leveller_state *state) {
    push(state->total, LEVELLER_LEAD + 1, state->gain + state->reduction);
    push(state->held, LEVELLER_AVERAGED, least_of(state->total, LEVELLER_LEAD + 1));
    int64_t sum = 0;
    for (unsigned i = 0; i < LEVELLER_AVERAGED; i++)
        sum += state->held[i];
    return (octaves_t)(sum / LEVELLER_AVERAGED) - 1;
}

static void end_block(struct leveller_state *state, const struct leveller_settings *settings) {
    const octaves_t target = wanted_gain(settings, level_of(state, settings));
    state->gain = approach(state->gain, target, target < state->gain ? settings->attack : settings->release);
    state->reduction = approach(state->reduction, 0, settings->limiter_release);
    octaves_t total = state->gain + state->reduction;
    if (settings->lookahead) {
        const octaves_t most = gain_to_ceiling(settings, state->peak);
        if (most < total) state->reduction = most - state->gain;
        total = look_ahead(state);
    }
    ramp_to(&state->ramp, boost_of(total), settings->block);
    state->peak = 0;
    state->frames = 0;
}

static void hear(struct leveller_state *state, sample_t samples[DSPI_INPUTS][ENGINE_FRAMES_MAX],
                 unsigned first, unsigned frames) {
    const sample_t left = peak_of(samples[0] + first, frames), right = peak_of(samples[1] + first, frames);
    const sample_t peak = left > right ? left : right;
    for (unsigned channel = 0; channel < DSPI_INPUTS; channel++)
        state->energy[channel] += energy_of(samples[channel] + first, frames, peak);
    state->peak = peak > state->peak ? peak : state->peak;
    state->frames += frames;
}

/* The gain that takes this very sample to the ceiling, until the block's end, when it would be above. */
static boost_t limit_now(struct leveller_state *state, const struct leveller_settings *settings,
                         sample_t magnitude, boost_t gain) {
    if (sample_boost(magnitude, gain) <= settings->limit) return gain;
    const octaves_t most = gain_to_ceiling(settings, magnitude);
    state->reduction = most < state->gain ? most - state->gain : 0;
    gain = boost_of(most);
    ramp_hold(&state->ramp, gain);
    return gain;
}

static void follow_peaks(struct leveller_state *state, const struct leveller_settings *settings,
                         sample_t samples[DSPI_INPUTS][ENGINE_FRAMES_MAX], boost_t *gain, unsigned first,
                         unsigned end) {
    for (unsigned n = first; n < end; n++) {
        const sample_t left = sample_magnitude(samples[0][n]), right = sample_magnitude(samples[1][n]);
        gain[n] = limit_now(state, settings, left > right ? left : right, ramp_next(&state->ramp));
    }
}

static void follow_ramp(struct ramp *ramp, boost_t *gain, unsigned frames) {
    struct ramp local = *ramp;
    UNROLLED
    for (unsigned n = 0; n < frames; n++)
        gain[n] = ramp_next(&local);
    *ramp = local;
}

/* What each frame of a packet is to be multiplied by. */
static void follow(struct leveller_state *state, const struct leveller_settings *settings,
                   sample_t samples[DSPI_INPUTS][ENGINE_FRAMES_MAX], boost_t *gain, unsigned frames) {
    for (unsigned first = 0, end; first < frames; first = end) {
        const unsigned missing = state->frames < settings->block ? settings->block - state->frames : 1;
        end = frames - first < missing ? frames : first + missing;
        hear(state, samples, first, end - first);
        if (settings->lookahead)
            follow_ramp(&state->ramp, gain + first, end - first);
        else
            follow_peaks(state, settings, samples, gain, first, end);
        if (state->frames >= settings->block) end_block(state, settings);
    }
}

/* --- audio side: the samples -----------------------------------------------------------------------------
 */

static void rest(struct leveller_state *state) {
    memset(state, 0, sizeof *state);
    ramp_hold(&state->ramp, boost_of(0));
}

void leveller_clear(struct leveller *leveller) {
    rest(&leveller->state);
    leveller->changing = false;
    leveller->ring.filled = 0;
}

void leveller_begin_glide(struct leveller *leveller, const struct leveller_settings *from,
                          const struct leveller_settings *to) {
    leveller->changing = leveller_differs(from, to);
    if (!leveller->changing) return;
    leveller->old = leveller->state;
    rest(&leveller->state);
    if (!from->lookahead) leveller->ring.filled = 0; /* the line did not run */
}

void leveller_end_glide(struct leveller *leveller) {
    leveller->changing = false;
}

static void boost(sample_t *samples, const boost_t *gain, unsigned frames) {
    UNROLLED
    for (unsigned n = 0; n < frames; n++)
        samples[n] = sample_boost(samples[n], gain[n]);
}

static void run_steady(struct leveller *leveller, const struct leveller_settings *settings,
                       sample_t samples[DSPI_INPUTS][ENGINE_FRAMES_MAX], unsigned frames) {
    boost_t gain[ENGINE_FRAMES_MAX];
    follow(&leveller->state, settings, samples, gain, frames);
    struct ring ring = leveller->ring;
    for (unsigned channel = 0; channel < DSPI_INPUTS; channel++) {
        if (settings->lookahead)
            ring = ring_delay(leveller->ring, leveller->line[channel], LEVELLER_LOOKAHEAD_MAX,
                              settings->lookahead, samples[channel], frames);
        boost(samples[channel], gain, frames);
    }
    leveller->ring = ring;
}

static sample_t tap(const struct leveller *leveller, unsigned channel, uint32_t delay, sample_t in) {
    return ring_tap(&leveller->ring, leveller->line[channel], LEVELLER_LOOKAHEAD_MAX, delay, in);
}

/* One end of a glide: its gains, all 1 when it is off. */
static void follow_end(struct leveller_state *state, const struct leveller_settings *settings,
                       sample_t samples[DSPI_INPUTS][ENGINE_FRAMES_MAX], boost_t *gain, unsigned frames) {
    if (settings->on) follow(state, settings, samples, gain, frames);
    for (unsigned n = 0; n < frames && !settings->on; n++)
        gain[n] = boost_of(0);
}

/*
 * From one leveller to another, or to none. The fade waits until the line has filled: what comes out of it
 * begins in the middle of a sound.
 */
static void run_changing(struct leveller *leveller, const struct leveller_settings *from,
                         const struct leveller_settings *to, const struct glide *glide,
                         sample_t samples[DSPI_INPUTS][ENGINE_FRAMES_MAX], unsigned frames) {
    boost_t old_gain[ENGINE_FRAMES_MAX], gain[ENGINE_FRAMES_MAX];
    follow_end(&leveller->old, from, samples, old_gain, frames);
    follow_end(&leveller->state, to, samples, gain, frames);
    const uint32_t wait = to->lookahead < glide->length ? to->lookahead : 0, length = glide->length - wait;
    for (unsigned n = 0; n < frames; n++) {
        const uint32_t position = glide->position + n;
        const weight_t weight = weight_at(position > wait ? position - wait : 0, length);
        for (unsigned channel = 0; channel < DSPI_INPUTS; channel++) {
            const sample_t in = samples[channel][n];
            const sample_t old = sample_boost(tap(leveller, channel, from->lookahead, in), old_gain[n]);
            const sample_t new = sample_boost(tap(leveller, channel, to->lookahead, in), gain[n]);
            samples[channel][n] = sample_between(old, new, weight);
            leveller->line[channel][leveller->ring.next] = in;
        }
        ring_advance(&leveller->ring, LEVELLER_LOOKAHEAD_MAX, 1);
    }
}

void leveller_run(struct leveller *leveller, const struct leveller_settings *from,
                  const struct leveller_settings *to, const struct glide *glide,
                  sample_t samples[DSPI_INPUTS][ENGINE_FRAMES_MAX], unsigned frames) {
    if (leveller->changing)
        run_changing(leveller, from, to, glide, samples, frames);
    else if (to->on)
        run_steady(leveller, to, samples, frames);
}
