/* What happens to a packet: the packet edge, the inputs, then each output. */
#include "pipeline.h"

#include <string.h>

#include "matrix.h"

static struct gains gains_of(const struct settings *settings, gain_t host_gain) {
    struct gains gains;
    for (unsigned input = 0; input < DSPI_INPUTS; input++)
        gains.input[input] = gain_product(settings->input_gain[input], host_gain);
    for (unsigned output = 0; output < DSPI_OUTPUTS; output++)
        gains.output[output] = settings->enabled[output]
                                   ? gain_product(settings->output_gain[output], settings->master_gain)
                                   : 0;
    return gains;
}

static struct bands bands_of(const struct settings *settings, unsigned channel) {
    const bool bypassed = channel < DSPI_INPUTS && settings->bypass;
    return (struct bands){settings->band[channel], bypassed ? 0 : settings->active[channel]};
}

static struct bands crossfeed_of(const struct settings *settings) {
    return (struct bands){&settings->crossfeed, settings->crossfeed_active};
}

static struct bands loudness_of(const struct settings *settings) {
    return (struct bands){settings->loudness, settings->loudness_active};
}

/* Leaves the present glide for where it was going, and what was heard so far with it. */
static void forget(struct engine *engine) {
    engine->glide.active = engine->leaving = false;
    mailbox_arrive(&engine->mailbox);
    for (unsigned channel = 0; channel < DSPI_CHANNELS; channel++)
        equaliser_clear(&engine->equaliser[channel]);
    leveller_clear(&engine->leveller);
    equaliser_clear(&engine->crossfeed);
    for (unsigned input = 0; input < DSPI_INPUTS; input++)
        equaliser_clear(&engine->loudness[input]);
    for (unsigned output = 0; output < DSPI_OUTPUTS; output++)
        delay_clear(&engine->delay[output]);
}

/* Before the filters and delays, so that what comes out of them later begins softly, too. */
static void fade_in(struct engine *engine) {
    engine->heard_host_gain = atomic_load(&engine->host_gain);
    engine->to = gains_of(mailbox_to(&engine->mailbox), engine->heard_host_gain);
    engine->from = engine->to;
    memset(engine->from.input, 0, sizeof engine->from.input);
    glide_start_fade(&engine->glide, engine->rate);
}

static void fade_out(struct engine *engine) {
    engine->leaving = true;
    engine->from = engine->to;
    memset(engine->to.output, 0, sizeof engine->to.output);
    glide_start_fade(&engine->glide, engine->rate);
}

/* From silence, with the newest settings. */
static void start_afresh(struct engine *engine) {
    if (mailbox_is_new(&engine->mailbox, engine->rate)) mailbox_take(&engine->mailbox);
    forget(engine);
    fade_in(engine);
}

/* Whether the settings taken last are not to be glided to. */
static bool is_another_sound(const struct engine *engine) {
    return mailbox_from(&engine->mailbox)->beginning != mailbox_to(&engine->mailbox)->beginning;
}

static void begin_glide(struct engine *engine) {
    const struct settings *from = mailbox_from(&engine->mailbox), *to = mailbox_to(&engine->mailbox);
    engine->heard_host_gain = atomic_load(&engine->host_gain);
    engine->from = engine->to;
    engine->to = gains_of(to, engine->heard_host_gain);
    for (unsigned output = 0; output < DSPI_OUTPUTS; output++) {
        if (from->enabled[output] || !to->enabled[output]) continue;
        /* It did not run: it starts without a past. */
        equaliser_clear(&engine->equaliser[DSPI_INPUTS + output]);
        delay_clear(&engine->delay[output]);
    }
    for (unsigned channel = 0; channel < DSPI_CHANNELS; channel++)
        equaliser_begin_glide(&engine->equaliser[channel], bands_of(from, channel), bands_of(to, channel));
    leveller_begin_glide(&engine->leveller, &from->leveller, &to->leveller);
    equaliser_begin_glide(&engine->crossfeed, crossfeed_of(from), crossfeed_of(to));
    for (unsigned input = 0; input < DSPI_INPUTS; input++)
        equaliser_begin_glide(&engine->loudness[input], loudness_of(from), loudness_of(to));
    glide_start(&engine->glide, engine->rate);
}

static void end_glide(struct engine *engine) {
    for (unsigned channel = 0; channel < DSPI_CHANNELS; channel++)
        equaliser_end_glide(&engine->equaliser[channel]);
    leveller_end_glide(&engine->leveller);
    equaliser_end_glide(&engine->crossfeed);
    for (unsigned input = 0; input < DSPI_INPUTS; input++)
        equaliser_end_glide(&engine->loudness[input]);
    engine->glide.active = false;
    engine->from = engine->to;
    mailbox_arrive(&engine->mailbox);
}

/* Decides what this packet is played with. */
static void packet_edge(struct engine *engine) {
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
        begin_glide(engine);
}

static int32_t little_endian_16(const uint8_t *p) {
    return (int16_t)(p[0] | p[1] << 8);
}

static int32_t little_endian_24(const uint8_t *p) {
    const int32_t x = p[0] | p[1] << 8 | p[2] << 16;
    return x < 1 << 23 ? x : x - (1 << 24);
}

static gain_t gain_at(const struct glide *glide, gain_t from, gain_t to, unsigned n) {
    return glide->active ? gain_between(from, to, glide->weight[n]) : to;
}

static void input_run(struct engine *engine, unsigned input, const uint8_t *packet, unsigned frames,
                      unsigned bytes_per_sample) {
    sample_t *samples = engine->master[input];
    const uint8_t *p = packet + input * bytes_per_sample;
    for (unsigned n = 0; n < frames; n++, p += DSPI_INPUTS * bytes_per_sample) {
        const sample_t x =
            bytes_per_sample == 2 ? sample_from_16(little_endian_16(p)) : sample_from_24(little_endian_24(p));
        samples[n] =
            sample_scale(x, gain_at(&engine->glide, engine->from.input[input], engine->to.input[input], n));
    }
}

/* What the inputs have in common; peaks are shown before crossfeed and loudness. */
static void inputs_run(struct engine *engine, const struct settings *from, const struct settings *to,
                       const uint8_t *packet, unsigned frames, unsigned bytes_per_sample) {
    const struct glide *glide = &engine->glide;
    for (unsigned input = 0; input < DSPI_INPUTS; input++) {
        input_run(engine, input, packet, frames, bytes_per_sample);
        equaliser_run(&engine->equaliser[input], bands_of(from, input), bands_of(to, input), glide,
                      engine->master[input], frames);
    }
    leveller_run(&engine->leveller, &from->leveller, &to->leveller, glide, engine->master, frames);
    for (unsigned input = 0; input < DSPI_INPUTS; input++)
        meter_show(&engine->meter, input, peak_of(engine->master[input], frames));
    crossfeed_run(&engine->crossfeed, crossfeed_of(from), crossfeed_of(to), glide, engine->master, frames);
    for (unsigned input = 0; input < DSPI_INPUTS; input++)
        equaliser_run(&engine->loudness[input], loudness_of(from), loudness_of(to), glide,
                      engine->master[input], frames);
}

/* Touches nothing that other outputs change: outputs may be shared between cores. */
static void output_run(struct engine *engine, unsigned output, const struct settings *from,
                       const struct settings *to, unsigned frames, int32_t *out) {
    const unsigned channel = DSPI_INPUTS + output;
    const struct glide *glide = &engine->glide;
    if (engine->silent || !(from->enabled[output] || to->enabled[output])) {
        if (out) memset(out, 0, frames * sizeof *out);
        meter_show(&engine->meter, channel, 0);
        return;
    }
    sample_t samples[ENGINE_FRAMES_MAX];
    matrix_run(from->crosspoint[output], to->crosspoint[output], glide, engine->master, samples, frames);
    equaliser_run(&engine->equaliser[channel], bands_of(from, channel), bands_of(to, channel), glide, samples,
                  frames);
    delay_run(&engine->delay[output], from->delay[output], to->delay[output], glide, samples, frames);
    for (unsigned n = 0; n < frames; n++)
        samples[n] = sample_scale(samples[n],
                                  gain_at(glide, engine->from.output[output], engine->to.output[output], n));
    meter_show(&engine->meter, channel, peak_of(samples, frames));
    if (!out) return;
    for (unsigned n = 0; n < frames; n++)
        out[n] = sample_to_24(samples[n]);
}

/* The settings that are glided to. */
static const struct settings *heading_for(const struct engine *engine) {
    return engine->leaving ? mailbox_from(&engine->mailbox) : mailbox_to(&engine->mailbox);
}

void engine_process_inputs(struct engine *engine, const uint8_t *packet, unsigned frames,
                           unsigned bytes_per_sample) {
    glide_advance(&engine->glide, engine->frames); /* by the packet before, which all outputs have had */
    engine->frames = frames;
    packet_edge(engine);
    if (frames == 0) return;
    const struct settings *from = mailbox_from(&engine->mailbox), *to = heading_for(engine);
    glide_packet(&engine->glide, frames);
    if (!engine->silent) inputs_run(engine, from, to, packet, frames, bytes_per_sample);
    for (unsigned input = 0; input < DSPI_INPUTS && engine->silent; input++)
        meter_show(&engine->meter, input, 0);
}

void engine_process_output(struct engine *engine, unsigned output, int32_t *out) {
    if (engine->frames == 0) return;
    output_run(engine, output, mailbox_from(&engine->mailbox), heading_for(engine), engine->frames, out);
}

void engine_process(struct engine *engine, const uint8_t *packet, unsigned frames, unsigned bytes_per_sample,
                    int32_t *const outputs[DSPI_OUTPUTS]) {
    engine_process_inputs(engine, packet, frames, bytes_per_sample);
    for (unsigned output = 0; output < DSPI_OUTPUTS; output++)
        engine_process_output(engine, output, outputs[output]);
}
