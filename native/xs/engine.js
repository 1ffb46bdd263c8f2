// The engine's control side (native/engine/engine.h), for the application.
export function stageBand(channel, band, a1m1, a2, a3, m0, m1, m2) @ "xs_engine_stageBand";
export function stageInputGain(input, gain) @ "xs_engine_stageInputGain";
export function stageBypass(on) @ "xs_engine_stageBypass";
export function stageCrosspoint(input, output, gain) @ "xs_engine_stageCrosspoint";
export function stageOutput(output, enabled, gain, delayFrames) @ "xs_engine_stageOutput";
export function stageMasterGain(gain) @ "xs_engine_stageMasterGain";
export function stageLeveller(upper, width, slope, maxGain, gate, ceiling, window, attack, release, limiterRelease, blockFrames, lookaheadFrames) @ "xs_engine_stageLeveller";
export function stageCrossfeed(a1m1, a2, a3, m0, m1, m2) @ "xs_engine_stageCrossfeed";
export function stageLoudness(section, a1m1, a2, a3, m0, m1, m2) @ "xs_engine_stageLoudness";
export function commit(rate, afresh) @ "xs_engine_commit";
export function peak(channel) @ "xs_engine_peak";
export function clips() @ "xs_engine_clips";
export function clearClips() @ "xs_engine_clearClips";
