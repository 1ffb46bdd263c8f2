/* The engine's memory and its control side; what runs per packet is pipeline.c. */
#include "pipeline.h"

#include <string.h>

#include "volume.h"

size_t engine_bytes(void) {
    return sizeof(struct engine);
}

struct engine *engine_init(void *memory, size_t bytes, uint32_t rate) {
    if (bytes < sizeof(struct engine)) return NULL;
    struct engine *engine = memory;
    memset(engine, 0, sizeof *engine);
    mailbox_init(&engine->mailbox);
    atomic_store(&engine->requested_rate, rate);
    atomic_store(&engine->host_gain, gain_from_double(1));
    engine->rate = rate;
    engine->silent = true;
    return engine;
}

/* Takes a gain over, limited to what a gain_t holds, which is more than any parameter asks for; NaN is
 * ignored. */
static void set_gain(gain_t *gain, double value) {
    if (value != value) return;
    *gain = gain_from_double(value > GAIN_LIMIT ? GAIN_LIMIT : value < -GAIN_LIMIT ? -GAIN_LIMIT : value);
}

/* Takes a design over and notes in `active` whether it is one to run. */
static void set_band(struct band *bands, uint16_t *active, unsigned index, const struct band_design *design) {
    if (!band_quantise(&bands[index], design)) return;
    const uint16_t bit = (uint16_t)(1u << index);
    *active &= (uint16_t)~bit;
    if (!band_is_flat(&bands[index])) *active |= bit;
}

void engine_stage_band(struct engine *engine, unsigned channel, unsigned band,
                       const struct band_design *design) {
    if (channel >= DSPI_CHANNELS || band >= DSPI_BANDS) return;
    struct settings *settings = mailbox_staging(&engine->mailbox);
    set_band(settings->band[channel], &settings->active[channel], band, design);
}

void engine_stage_crossfeed(struct engine *engine, const struct band_design *design) {
    struct settings *settings = mailbox_staging(&engine->mailbox);
    set_band(&settings->crossfeed, &settings->crossfeed_active, 0, design);
}

void engine_stage_loudness(struct engine *engine, unsigned section, const struct band_design *design) {
    if (section >= ENGINE_LOUDNESS) return;
    struct settings *settings = mailbox_staging(&engine->mailbox);
    set_band(settings->loudness, &settings->loudness_active, section, design);
}

void engine_stage_leveller(struct engine *engine, const struct leveller_design *design) {
    leveller_quantise(&mailbox_staging(&engine->mailbox)->leveller, design);
}

void engine_stage_input_gain(struct engine *engine, unsigned input, double gain) {
    if (input < DSPI_INPUTS) set_gain(&mailbox_staging(&engine->mailbox)->input_gain[input], gain);
}

void engine_stage_bypass(struct engine *engine, bool bypass) {
    mailbox_staging(&engine->mailbox)->bypass = bypass;
}

void engine_stage_crosspoint(struct engine *engine, unsigned input, unsigned output, double gain) {
    if (input >= DSPI_INPUTS || output >= DSPI_OUTPUTS) return;
    set_gain(&mailbox_staging(&engine->mailbox)->crosspoint[output][input], gain);
}

void engine_stage_output(struct engine *engine, unsigned output, bool enabled, double gain,
                         uint32_t delay_frames) {
    if (output >= DSPI_OUTPUTS) return;
    struct settings *settings = mailbox_staging(&engine->mailbox);
    settings->enabled[output] = enabled;
    set_gain(&settings->output_gain[output], gain);
    settings->delay[output] = (uint16_t)(delay_frames < ENGINE_DELAY_MAX ? delay_frames : ENGINE_DELAY_MAX);
}

void engine_stage_master_gain(struct engine *engine, double gain) {
    set_gain(&mailbox_staging(&engine->mailbox)->master_gain, gain);
}

void engine_commit(struct engine *engine, uint32_t rate) {
    mailbox_post(&engine->mailbox, rate);
}

void engine_commit_afresh(struct engine *engine, uint32_t rate) {
    mailbox_staging(&engine->mailbox)->beginning++;
    mailbox_post(&engine->mailbox, rate);
}

void engine_set_host_volume(struct engine *engine, int16_t volume, bool mute) {
    atomic_store(&engine->host_gain, mute ? 0 : gain_from_q31(volume_to_q31(volume)));
}

void engine_set_rate(struct engine *engine, uint32_t rate) {
    atomic_store(&engine->requested_rate, rate);
}

void engine_start_stream(struct engine *engine) {
    atomic_store(&engine->streams_started, atomic_load(&engine->streams_started) + 1);
}

uint16_t engine_peak(const struct engine *engine, unsigned channel) {
    return channel < DSPI_CHANNELS ? atomic_load_explicit(&engine->meter.peak[channel], memory_order_relaxed)
                                   : 0;
}

uint16_t engine_clips(const struct engine *engine) {
    return meter_clips(&engine->meter);
}
uint16_t engine_clear_clips(struct engine *engine) {
    return meter_clear_clips(&engine->meter);
}

bool engine_output_enabled(const struct engine *engine, unsigned output) {
    return output < DSPI_OUTPUTS &&
           (mailbox_from(&engine->mailbox)->enabled[output] || mailbox_to(&engine->mailbox)->enabled[output]);
}

unsigned engine_active_bands(const struct engine *engine, unsigned channel) {
    if (channel >= DSPI_CHANNELS) return 0;
    const struct settings *settings = mailbox_to(&engine->mailbox);
    const bool runs = channel < DSPI_INPUTS ? !settings->bypass : settings->enabled[channel - DSPI_INPUTS];
    return runs ? (unsigned)__builtin_popcount(settings->active[channel]) : 0;
}
