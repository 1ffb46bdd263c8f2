/* What happens at a packet's edge: new settings, new rates, new streams. */
#include "pipeline.h"

#include <string.h>

#include "portion.h"

static struct gains gains_of(const struct settings *settings, gain_t host_gain) {
    struct gains gains;
    for (unsigned channel = 0; channel < DSPI_CHANNELS; channel++) {
        const unsigned output = channel - DSPI_INPUTS;
        const bool is_input = channel < DSPI_INPUTS;
        const gain_t own = is_input                    ? settings->input_gain[channel]
                           : settings->enabled[output] ? settings->output_gain[output]
                                                       : 0;
        gains.of[channel] = gain_product(own, is_input ? host_gain : settings->master_gain);
    }
    return gains;
}

struct bands bands_of(const struct settings *settings, unsigned equaliser) {
    if (equaliser >= LOUDNESS) return (struct bands){settings->loudness, settings->loudness_active};
    if (equaliser == CROSSFEED) return (struct bands){&settings->crossfeed, settings->crossfeed_active};
    const bool bypassed = equaliser < DSPI_INPUTS && settings->bypass;
    return (struct bands){settings->band[equaliser], bypassed ? 0 : settings->active[equaliser]};
}

/* Leaves the present glide for where it was going, and what was heard so far with it. */
static void forget(struct engine *engine) {
    engine->glide.elapsed = 0;
    engine->glide.active = engine->leaving = engine->continues = false;
    engine->rerouting = engine->unrouted = 0;
    mailbox_arrive(&engine->mailbox);
    for (unsigned i = 0; i < EQUALISERS; i++)
        equaliser_clear(&engine->equaliser[i]);
    leveller_clear(&engine->leveller);
    for (unsigned output = 0; output < DSPI_OUTPUTS; output++)
        delay_clear(&engine->delay[output]);
}

/* Before the filters and delays, so that what comes out of them later begins softly, too. */
static void fade_in(struct engine *engine) {
    engine->heard_host_gain = atomic_load(&engine->host_gain);
    engine->to = gains_of(mailbox_to(&engine->mailbox), engine->heard_host_gain);
    engine->from = engine->to;
    memset(engine->from.of, 0, DSPI_INPUTS * sizeof *engine->from.of);
    glide_start_short(&engine->glide, engine->rate);
}

static void fade_out(struct engine *engine) {
    engine->leaving = true;
    engine->from = engine->to;
    memset(engine->to.of + DSPI_INPUTS, 0, DSPI_OUTPUTS * sizeof *engine->to.of);
    glide_start_short(&engine->glide, engine->rate);
}

/* From silence, with the newest settings. */
static void start_afresh(struct engine *engine) {
    if (mailbox_is_new(&engine->mailbox, engine->rate)) mailbox_take(&engine->mailbox);
    forget(engine);
    fade_in(engine);
}

/* Whether the settings taken last are not to be glided to. */
static bool is_another_sound(const struct engine *engine) {
    const struct settings *from = mailbox_from(&engine->mailbox), *to = mailbox_to(&engine->mailbox);
    return from->beginning != to->beginning || portion_lacks_time(engine, from, to);
}

/* A glide of the gains, and of as much else as there is time for. */
static void glide(struct engine *engine) {
    const struct settings *from = mailbox_from(&engine->mailbox), *to = mailbox_to(&engine->mailbox);
    engine->heard_host_gain = atomic_load(&engine->host_gain);
    engine->from = engine->to;
    engine->to = gains_of(to, engine->heard_host_gain);
    const struct portion portion = portion_of(engine, from, to);
    for (unsigned i = 0; i < EQUALISERS; i++)
        equaliser_begin_glide(&engine->equaliser[i], bands_of(from, i), bands_of(to, i),
                              portion_bands(portion.steps, i));
    engine->rerouting = engine->unrouted & portion_routes(portion.steps);
    engine->unrouted -= engine->rerouting;
    if (engine->continues || !portion.fits)
        glide_start_short(&engine->glide, engine->rate);
    else
        glide_start(&engine->glide, engine->rate);
}

static void begin_change(struct engine *engine) {
    const struct settings *from = mailbox_from(&engine->mailbox), *to = mailbox_to(&engine->mailbox);
    for (unsigned output = 0; output < DSPI_OUTPUTS; output++) {
        if (!from->enabled[output] && !to->enabled[output]) continue;
        const gain_t *routes = from->crosspoint[output], *new_routes = to->crosspoint[output];
        if (routes[0] != new_routes[0] || routes[1] != new_routes[1]) engine->unrouted |= ROUTE_BIT(output);
        if (from->delay[output] != to->delay[output]) engine->unrouted |= DELAY_BIT(output);
        if (from->enabled[output] || !to->enabled[output]) continue;
        /* It did not run: it starts without a past. */
        equaliser_clear(&engine->equaliser[DSPI_INPUTS + output]);
        delay_clear(&engine->delay[output]);
    }
    for (unsigned i = 0; i < EQUALISERS && from != to; i++)
        if (is_heard(from, i) || is_heard(to, i))
            equaliser_compare(&engine->equaliser[i], bands_of(from, i), bands_of(to, i));
    leveller_begin_glide(&engine->leveller, &from->leveller, &to->leveller);
    glide(engine);
}

/* What waits goes on, with all that has come to its end as it is now. */
static void end_glide(struct engine *engine) {
    engine->continues = engine->unrouted != 0;
    engine->rerouting = 0;
    for (unsigned i = 0; i < EQUALISERS; i++) {
        equaliser_end_glide(&engine->equaliser[i]);
        engine->continues |= engine->equaliser[i].waiting != 0;
    }
    leveller_end_glide(&engine->leveller);
    engine->glide.active = false;
    engine->from = engine->to;
    if (engine->continues)
        glide(engine);
    else
        mailbox_arrive(&engine->mailbox);
}

/* Takes up what has been asked for since the last packet. */
static void take_up(struct engine *engine) {
    const uint32_t rate = atomic_load(&engine->requested_rate);
    const uint32_t streams = atomic_load(&engine->streams_started);
    const bool started = streams != engine->heard_streams;
    engine->heard_streams = streams;
    if (rate != engine->rate) {
        engine->rate = rate;
        engine->silent = true;
        forget(engine);
    }
    if (engine->silent) {
        if (!mailbox_fits(&engine->mailbox, rate)) return;
        engine->silent = false;
        start_afresh(engine);
    } else if (started) {
        start_afresh(engine);
    } else if (engine->glide.active && glide_arrived(&engine->glide)) {
        if (engine->leaving)
            start_afresh(engine);
        else
            end_glide(engine);
    }
    if (engine->glide.active) return;
    const bool new = mailbox_is_new(&engine->mailbox, rate);
    if (new) mailbox_take(&engine->mailbox);
    if (new && is_another_sound(engine))
        fade_out(engine);
    else if (new || atomic_load(&engine->host_gain) != engine->heard_host_gain)
        begin_change(engine);
}

void packet_edge(struct engine *engine) {
    glide_advance(&engine->glide, engine->packet.frames); /* by the packet before */
    take_up(engine);
    struct packet *packet = &engine->packet;
    packet->bands_from = mailbox_from(&engine->mailbox);
    packet->to = engine->leaving ? packet->bands_from : mailbox_to(&engine->mailbox);
    packet->from = engine->continues ? packet->to : packet->bands_from;
}
