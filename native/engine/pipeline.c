/* What happens to a packet: it is cut into jobs, which one core or two do. */
#include "pipeline.h"

#include <string.h>

#include "matrix.h"
#include "packing.h"

/* Jobs, by number. */
enum {
    INPUT,
    STEREO = INPUT + DSPI_INPUTS,
    LOUD,
    OUTPUT = LOUD + DSPI_INPUTS,
};

static bool levels(const struct engine *engine) {
    return engine->leveller.changing || engine->packet.to->leveller.on;
}

static bool crossfeeds(const struct engine *engine) {
    return engine->packet.bands_from->crossfeed_active || engine->packet.to->crossfeed_active;
}

static bool makes_loud(const struct engine *engine) {
    return engine->packet.bands_from->loudness_active || engine->packet.to->loudness_active;
}

static void run_bands(struct engine *engine, unsigned equaliser, sample_t *samples) {
    const struct packet *packet = &engine->packet;
    equaliser_run(&engine->equaliser[equaliser], bands_of(packet->bands_from, equaliser),
                  bands_of(packet->to, equaliser), &engine->glide, samples, packet->frames);
}

/* Peaks are shown before crossfeed and loudness. */
static void show_input(struct engine *engine, unsigned input) {
    meter_show(&engine->meter, input, peak_of(engine->master[input], engine->packet.frames));
}

static void run_input(struct engine *engine, unsigned input) {
    const struct packet *packet = &engine->packet;
    unpack(packet->bytes, packet->bytes_per_sample, input, engine->from.of[input], engine->to.of[input],
           &engine->glide, engine->master[input], packet->frames);
    run_bands(engine, input, engine->master[input]);
    if (!levels(engine)) show_input(engine, input);
}

/* What the inputs go through together. */
static void run_stereo(struct engine *engine) {
    const struct packet *packet = &engine->packet;
    if (levels(engine)) {
        leveller_run(&engine->leveller, &packet->from->leveller, &packet->to->leveller, &engine->glide,
                     engine->master, packet->frames);
        for (unsigned input = 0; input < DSPI_INPUTS; input++)
            show_input(engine, input);
    }
    if (crossfeeds(engine))
        crossfeed_run(&engine->equaliser[CROSSFEED], bands_of(packet->bands_from, CROSSFEED),
                      bands_of(packet->to, CROSSFEED), &engine->glide, engine->master, packet->frames);
}

static bool plays(const struct engine *engine, unsigned output) {
    const struct packet *packet = &engine->packet;
    return !engine->silent && (packet->from->enabled[output] || packet->to->enabled[output]);
}

static void rest_output(struct engine *engine, unsigned output) {
    int32_t *out = engine->packet.outputs[output];
    if (out) memset(out, 0, engine->packet.frames * sizeof *out);
    meter_show(&engine->meter, DSPI_INPUTS + output, 0);
}

/* One end of the glide of what has this bit: outside its glide it is the old or the new one. */
static const struct settings *end_of(const struct engine *engine, uint32_t old, uint32_t bit) {
    return old & bit ? engine->packet.bands_from : engine->packet.to;
}

static void run_output(struct engine *engine, unsigned output) {
    const struct packet *packet = &engine->packet;
    const uint32_t still = engine->unrouted, before = still | engine->rerouting;
    const uint32_t route = ROUTE_BIT(output), delay = DELAY_BIT(output);
    const unsigned channel = DSPI_INPUTS + output, frames = packet->frames;
    const struct glide *glide = &engine->glide;
    sample_t samples[ENGINE_FRAMES_MAX];
    matrix_run(end_of(engine, before, route)->crosspoint[output],
               end_of(engine, still, route)->crosspoint[output], glide, engine->master, samples, frames);
    run_bands(engine, channel, samples);
    delay_run(&engine->delay[output], end_of(engine, before, delay)->delay[output],
              end_of(engine, still, delay)->delay[output], glide, samples, frames);
    int32_t unheard[ENGINE_FRAMES_MAX], *out = packet->outputs[output];
    const enum precision precision = output == DSPI_PDM_OUTPUT ? PRECISION_28 : PRECISION_24;
    meter_show(&engine->meter, channel,
               deliver(samples, engine->from.of[channel], engine->to.of[channel], glide, precision,
                       out ? out : unheard, frames));
}

static void run(struct engine *engine, unsigned job) {
    if (job >= OUTPUT)
        run_output(engine, job - OUTPUT);
    else if (job >= LOUD)
        run_bands(engine, LOUDNESS + job - LOUD, engine->master[job - LOUD]);
    else if (job == STEREO)
        run_stereo(engine);
    else
        run_input(engine, job - INPUT);
}

static void plan_inputs(struct engine *engine) {
    static const uint8_t inputs[] = {INPUT, INPUT + 1}, stereo[] = {STEREO}, loudness[] = {LOUD, LOUD + 1};
    static const uint32_t nothing[ENGINE_CORES];
    schedule_add(&engine->schedule, inputs, DSPI_INPUTS, nothing);
    if (levels(engine) || crossfeeds(engine)) schedule_add(&engine->schedule, stereo, 1, nothing);
    if (makes_loud(engine)) schedule_add(&engine->schedule, loudness, DSPI_INPUTS, nothing);
}

static void plan_outputs(struct engine *engine) {
    uint8_t outputs[DSPI_OUTPUTS];
    unsigned count = 0;
    for (unsigned output = 0; output < DSPI_OUTPUTS; output++)
        if (plays(engine, output))
            outputs[count++] = (uint8_t)(OUTPUT + output);
        else
            rest_output(engine, output);
    schedule_add(&engine->schedule, outputs, count, engine->burden);
}

void engine_begin_packet(struct engine *engine, const uint8_t *bytes, unsigned frames,
                         unsigned bytes_per_sample, int32_t *const outputs[DSPI_OUTPUTS], unsigned cores) {
    packet_edge(engine);
    struct packet *packet = &engine->packet;
    packet->bytes = bytes;
    packet->frames = frames;
    packet->bytes_per_sample = bytes_per_sample;
    memcpy(packet->outputs, outputs, sizeof packet->outputs);
    if (frames == 0) return;
    glide_packet(&engine->glide, frames);
    schedule_begin(&engine->schedule, cores);
    if (!engine->silent) plan_inputs(engine);
    for (unsigned input = 0; input < DSPI_INPUTS && engine->silent; input++)
        meter_show(&engine->meter, input, 0);
    plan_outputs(engine);
    schedule_release(&engine->schedule);
}

int engine_run_next(struct engine *engine, unsigned core) {
    unsigned job;
    const int stage = schedule_next(&engine->schedule, core, &job);
    if (stage <= 0) return stage;
    uint32_t (*const clock)(void) = engine->clock;
    const uint32_t start = clock ? clock() : 0;
    run(engine, job);
    schedule_finish(&engine->schedule, core, job, clock ? clock() - start : 0);
    return stage;
}

bool engine_packet_done(const struct engine *engine) {
    return schedule_done(&engine->schedule);
}

void engine_process(struct engine *engine, const uint8_t *packet, unsigned frames, unsigned bytes_per_sample,
                    int32_t *const outputs[DSPI_OUTPUTS]) {
    engine_begin_packet(engine, packet, frames, bytes_per_sample, outputs, 1);
    while (engine_run_next(engine, 0)) {
    }
}

void engine_set_clock(struct engine *engine, uint32_t (*now)(void)) {
    engine->clock = now;
}

void engine_set_burden(struct engine *engine, unsigned core, uint32_t cost) {
    if (core < ENGINE_CORES) engine->burden[core] = cost;
}
