#include "portion.h"

#define CLOCK 307200000 /* Hz, of either chip */
#define MOST  90        /* % of the busier core's time: interrupts want some, and no two parts are alike */

/*
 * Cycles per frame, as `npm run bench -- engine` counts them of the engine's jobs; for the RP2350
 * instructions, of 1.55 cycles. SERIAL is what core 0 does alone: the glide's weights, and encoding. BOTH is
 * what is added to crossfeed by its being one filter of two channels, GAIN what a channel's gain takes while
 * it glides.
 */
#if defined(DSPI_RP2040)
enum { SERIAL = 310, INPUT = 65, OUTPUT = 140, GAIN = 100, FADE = 105, ROUTE = 175, DELAY = 145 };
enum { BOTH = 135, LEVELLER = 235, LEVELLER_FADE = 780, PDM = 2300 };

static uint32_t band_cost(const struct band *band) {
    return band->loop < LOOP_FINE ? 50 : band->loop < LOOP_COMMON ? 57 : band->loop < LOOP_WIDE ? 85 : 154;
}
#else
enum { SERIAL = 320, INPUT = 35, OUTPUT = 45, GAIN = 15, FADE = 45, ROUTE = 25, DELAY = 60 };
enum { BOTH = 40, LEVELLER = 100, LEVELLER_FADE = 425, PDM = 2300 };

static uint32_t band_cost(const struct band *band) {
    (void)band;
    return 25;
}
#endif

static uint32_t dearer(uint32_t a, uint32_t b) {
    return a > b ? a : b;
}

static uint32_t cost_in(struct bands bands, unsigned i) {
    return bands.active >> i & 1 ? band_cost(&bands.band[i]) : 0;
}

/* Outside its glide a band is the old or the new one. */
static uint32_t steady(struct bands from, struct bands to) {
    uint32_t sum = 0;
    for (unsigned i = 0; i < DSPI_BANDS; i++)
        sum += dearer(cost_in(from, i), cost_in(to, i));
    return sum;
}

/* What a band costs more in its glide: from the first to the last that wait, all run twice. */
static uint32_t fade(struct bands from, struct bands to, uint32_t waiting, unsigned i) {
    if (waiting >> i == 0) return 0;
    const uint32_t bit = 1u << i, first = waiting & -waiting, a = cost_in(from, i), b = cost_in(to, i);
    if (bit < first) return 0;
    return (bit == first ? FADE : 0) + (a < b ? a : b);
}

/* Per equaliser, with its channel and whatever else its core does along with it. */
struct costs {
    uint32_t of[EQUALISERS], pdm;
};

static bool glides(const struct engine *engine, unsigned channel) {
    return channel < DSPI_CHANNELS && engine->from.of[channel] != engine->to.of[channel];
}

/* With the gains, as they glide. */
static void add_steady(struct costs *costs, const struct engine *engine, const struct settings *from,
                       const struct settings *to) {
    for (unsigned i = 0; i < EQUALISERS; i++) {
        if (!is_heard(from, i) && !is_heard(to, i)) continue;
        costs->of[i] = steady(bands_of(from, i), bands_of(to, i));
        if (i < DSPI_CHANNELS) costs->of[i] += i < DSPI_INPUTS ? INPUT : OUTPUT;
        if (glides(engine, i)) costs->of[i] += GAIN;
    }
    if (costs->of[CROSSFEED]) costs->of[CROSSFEED] += BOTH;
    if (from->leveller.on || to->leveller.on) costs->of[CROSSFEED] += LEVELLER;
    if (from->enabled[DSPI_PDM_OUTPUT] || to->enabled[DSPI_PDM_OUTPUT]) costs->pdm = PDM;
}

/* What is not divided. */
static void add_leveller(struct costs *costs) {
    costs->of[CROSSFEED] += LEVELLER_FADE;
}

/* What an output's routes, or else its delay, cost more in their glide. */
static uint32_t reroute(const struct engine *engine, unsigned output, bool routes) {
    if (output >= DSPI_OUTPUTS || !(engine->unrouted & (routes ? ROUTE_BIT(output) : DELAY_BIT(output))))
        return 0;
    return routes ? ROUTE : DELAY;
}

static uint32_t add_step(struct costs *costs, const struct engine *engine, const struct settings *from,
                         const struct settings *to, unsigned step) {
    const unsigned first = step / PAIR_STEPS * 2, band = step % PAIR_STEPS;
    uint32_t sum = 0;
    for (unsigned i = first; i < first + 2; i++) {
        const uint32_t cost =
            band < DSPI_BANDS ? fade(bands_of(from, i), bands_of(to, i), engine->equaliser[i].waiting, band)
                              : reroute(engine, i - DSPI_INPUTS, band == DSPI_BANDS);
        costs->of[i] += cost;
        sum += cost;
    }
    return sum;
}

/* Each input is one core's, what both go through together keeps the other waiting, outputs are shared. */
static uint32_t time_of(const struct costs *costs) {
    const uint32_t *of = costs->of;
    uint32_t outputs = costs->pdm;
    for (unsigned i = DSPI_INPUTS; i < DSPI_CHANNELS; i++)
        outputs += of[i];
    return dearer(of[0], of[1]) + of[CROSSFEED] + dearer(of[LOUDNESS], of[LOUDNESS + 1]) +
           dearer(SERIAL + outputs / 2, costs->pdm);
}

static uint32_t time_there_is(uint32_t rate) {
    return CLOCK / 100 * MOST / rate;
}

bool portion_lacks_time(const struct engine *engine, const struct settings *from, const struct settings *to) {
    if (!leveller_differs(&from->leveller, &to->leveller)) return false;
    struct costs costs = {0};
    add_steady(&costs, engine, from, to);
    add_leveller(&costs);
    return time_of(&costs) > time_there_is(engine->rate);
}

struct portion portion_of(const struct engine *engine, const struct settings *from,
                          const struct settings *to) {
    const uint32_t most = time_there_is(engine->rate);
    bool taken = engine->leveller.changing, fits = true;
    for (unsigned i = 0; i < DSPI_CHANNELS; i++)
        taken |= glides(engine, i);
    struct costs costs = {0};
    add_steady(&costs, engine, from, to);
    if (engine->leveller.changing) add_leveller(&costs);
    for (unsigned step = 0; step < PORTION_STEPS; step++) {
        if (!add_step(&costs, engine, from, to, step)) continue;
        const bool all_fit = time_of(&costs) <= most;
        if (taken && !all_fit) return (struct portion){step, fits};
        taken = true;
        fits = all_fit;
    }
    return (struct portion){PORTION_STEPS, fits};
}
