/* engine.js: the engine's control side. */
#include "engine.h"

#include "arguments.h"
#include "host.h"

/* A filter's coefficients, from the argument `first` on. */
static struct band_design design_at(xsMachine *the, int first) {
    struct band_design design;
    design.a1m1 = argument_number(the, first, "a1m1");
    design.a2 = argument_number(the, first + 1, "a2");
    design.a3 = argument_number(the, first + 2, "a3");
    design.m0 = argument_number(the, first + 3, "m0");
    design.m1 = argument_number(the, first + 4, "m1");
    design.m2 = argument_number(the, first + 5, "m2");
    return design;
}

void xs_engine_stageBand(xsMachine *the) {
    argument_count(the, 8);
    unsigned channel = argument_integer(the, 0, "channel", DSPI_CHANNELS - 1);
    unsigned band = argument_integer(the, 1, "band", DSPI_BANDS - 1);
    struct band_design design = design_at(the, 2);
    engine_stage_band(host_engine(), channel, band, &design);
}

void xs_engine_stageCrossfeed(xsMachine *the) {
    argument_count(the, 6);
    struct band_design design = design_at(the, 0);
    engine_stage_crossfeed(host_engine(), &design);
}

void xs_engine_stageLoudness(xsMachine *the) {
    argument_count(the, 7);
    unsigned section = argument_integer(the, 0, "section", ENGINE_LOUDNESS - 1);
    struct band_design design = design_at(the, 1);
    engine_stage_loudness(host_engine(), section, &design);
}

void xs_engine_stageLeveller(xsMachine *the) {
    argument_count(the, 12);
    struct leveller_design design;
    design.upper = argument_number(the, 0, "upper");
    design.width = argument_number(the, 1, "width");
    design.slope = argument_number(the, 2, "slope");
    design.max_gain = argument_number(the, 3, "maxGain");
    design.gate = argument_number(the, 4, "gate");
    design.ceiling = argument_number(the, 5, "ceiling");
    design.window = argument_number(the, 6, "window");
    design.attack = argument_number(the, 7, "attack");
    design.release = argument_number(the, 8, "release");
    design.limiter_release = argument_number(the, 9, "limiterRelease");
    design.block = argument_integer(the, 10, "blockFrames", LEVELLER_BLOCK_MAX);
    design.lookahead = argument_integer(the, 11, "lookaheadFrames", LEVELLER_LOOKAHEAD_MAX);
    engine_stage_leveller(host_engine(), &design);
}

void xs_engine_stageInputGain(xsMachine *the) {
    argument_count(the, 2);
    unsigned input = argument_integer(the, 0, "input", DSPI_INPUTS - 1);
    engine_stage_input_gain(host_engine(), input, argument_number(the, 1, "gain"));
}

void xs_engine_stageBypass(xsMachine *the) {
    argument_count(the, 1);
    engine_stage_bypass(host_engine(), argument_boolean(the, 0, "on"));
}

void xs_engine_stageCrosspoint(xsMachine *the) {
    argument_count(the, 3);
    unsigned input = argument_integer(the, 0, "input", DSPI_INPUTS - 1);
    unsigned output = argument_integer(the, 1, "output", DSPI_OUTPUTS - 1);
    engine_stage_crosspoint(host_engine(), input, output, argument_number(the, 2, "gain"));
}

void xs_engine_stageOutput(xsMachine *the) {
    argument_count(the, 4);
    unsigned output = argument_integer(the, 0, "output", DSPI_OUTPUTS - 1);
    bool enabled = argument_boolean(the, 1, "enabled");
    double gain = argument_number(the, 2, "gain");
    uint32_t delay = argument_integer(the, 3, "delayFrames", INT32_MAX); /* the engine limits it */
    engine_stage_output(host_engine(), output, enabled, gain, delay);
}

void xs_engine_stageMasterGain(xsMachine *the) {
    argument_count(the, 1);
    engine_stage_master_gain(host_engine(), argument_number(the, 0, "gain"));
}

void xs_engine_commit(xsMachine *the) {
    argument_count(the, 2);
    uint32_t rate = argument_integer(the, 0, "rate", 96000);
    if (argument_boolean(the, 1, "afresh"))
        engine_commit_afresh(host_engine(), rate);
    else
        engine_commit(host_engine(), rate);
}

void xs_engine_peak(xsMachine *the) {
    argument_count(the, 1);
    unsigned channel = argument_integer(the, 0, "channel", DSPI_CHANNELS - 1);
    xsmcSetInteger(xsResult, engine_peak(host_engine(), channel));
}

void xs_engine_clips(xsMachine *the) {
    xsmcSetInteger(xsResult, engine_clips(host_engine()));
}

void xs_engine_clearClips(xsMachine *the) {
    xsmcSetInteger(xsResult, engine_clear_clips(host_engine()));
}
