/* engine.js: the engine's control side. */
#include "engine.h"

#include "arguments.h"
#include "host.h"

void xs_engine_stageBand(xsMachine *the) {
    argument_count(the, 8);
    unsigned channel = argument_integer(the, 0, "channel", DSPI_CHANNELS - 1);
    unsigned band = argument_integer(the, 1, "band", DSPI_BANDS - 1);
    struct band_design design = {
        .a1m1 = argument_number(the, 2, "a1m1"),
        .a2 = argument_number(the, 3, "a2"),
        .a3 = argument_number(the, 4, "a3"),
        .m0 = argument_number(the, 5, "m0"),
        .m1 = argument_number(the, 6, "m1"),
        .m2 = argument_number(the, 7, "m2"),
    };
    engine_stage_band(host_engine(), channel, band, &design);
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
    uint32_t delay = argument_integer(the, 3, "delayFrames", ENGINE_DELAY_MAX);
    engine_stage_output(host_engine(), output, enabled, gain, delay);
}

void xs_engine_stageMasterGain(xsMachine *the) {
    argument_count(the, 1);
    engine_stage_master_gain(host_engine(), argument_number(the, 0, "gain"));
}

void xs_engine_commit(xsMachine *the) {
    argument_count(the, 1);
    engine_commit(host_engine(), argument_integer(the, 0, "rate", 96000));
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
