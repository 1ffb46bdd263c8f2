#include "portion.h"

#define CLOCK 307200000 /* Hz, of either chip */
#define MOST  85        /* % of the busier core's time: interrupts want some, and no two parts are alike */

/* Cycles per frame, as `npm run bench -- engine` has them; channels without their bands, gains gliding. */
#if defined(DSPI_RP2040)
enum { INPUT = 140, OUTPUT = 190, FADE = 75, ROUTE = 350 };
enum { LEVELLER = 450, LEVELLER_FADE = 700, PDM = 2300 };

static uint32_t band_cost(const struct band *band) {
    return band->loop < LOOP_FINE ? 49 : band->loop < LOOP_COMMON ? 60 : band->loop < LOOP_WIDE ? 87 : 158;
}
#else
enum { INPUT = 30, OUTPUT = 55, FADE = 10, ROUTE = 45 };
enum { LEVELLER = 100, LEVELLER_FADE = 150, PDM = 2000 };

static uint32_t band_cost(const struct band *band) {
    (void)band;
    return 20;
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

static void add_steady(struct costs *costs, const struct settings *from, const struct settings *to) {
    for (unsigned i = 0; i < EQUALISERS; i++)
        if (is_heard(from, i) || is_heard(to, i))
            costs->of[i] = steady(bands_of(from, i), bands_of(to, i)) + (i < DSPI_INPUTS     ? INPUT
                                                                         : i < DSPI_CHANNELS ? OUTPUT
                                                                                             : 0);
    if (from->leveller.on || to->leveller.on) costs->of[CROSSFEED] += LEVELLER;
    if (from->enabled[DSPI_PDM_OUTPUT] || to->enabled[DSPI_PDM_OUTPUT]) costs->pdm = PDM;
}

/* What is not divided. */
static void add_leveller(struct costs *costs) {
    costs->of[CROSSFEED] += LEVELLER_FADE;
}

static uint32_t add_step(struct costs *costs, const struct engine *engine, const struct settings *from,
                         const struct settings *to, unsigned step) {
    const unsigned first = step / PAIR_STEPS * 2, band = step % PAIR_STEPS;
    uint32_t sum = 0;
    for (unsigned i = first; i < first + 2; i++) {
        const uint32_t cost =
            band < DSPI_BANDS ? fade(bands_of(from, i), bands_of(to, i), engine->equaliser[i].waiting, band)
            : engine->unrouted << DSPI_INPUTS >> i & 1 ? ROUTE
                                                       : 0;
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
           dearer(outputs / 2, costs->pdm);
}

static uint32_t time_there_is(uint32_t rate) {
    return CLOCK / 100 * MOST / rate;
}

bool portion_lacks_time(uint32_t rate, const struct settings *from, const struct settings *to) {
    if (!leveller_differs(&from->leveller, &to->leveller)) return false;
    struct costs costs = {0};
    add_steady(&costs, from, to);
    add_leveller(&costs);
    return time_of(&costs) > time_there_is(rate);
}

struct portion portion_of(const struct engine *engine, const struct settings *from,
                          const struct settings *to) {
    const uint32_t most = time_there_is(engine->rate);
    bool taken = engine->leveller.changing, fits = true;
    struct costs costs = {0};
    add_steady(&costs, from, to);
    if (taken) add_leveller(&costs);
    for (unsigned step = 0; step < PORTION_STEPS; step++) {
        if (!add_step(&costs, engine, from, to, step)) continue;
        const bool all_fit = time_of(&costs) <= most;
        if (taken && !all_fit) return (struct portion){step, fits};
        taken = true;
        fits = all_fit;
    }
    return (struct portion){PORTION_STEPS, fits};
}
