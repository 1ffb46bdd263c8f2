/*
 * The DSP engine: USB packets in, one stream of samples per output out.
 *
 *   packet -> preamp x host volume -> master EQ -> leveller -> metering -> crossfeed -> loudness -> matrix
 *          -> per output: EQ -> delay -> gain x master volume -> metering -> samples
 *
 * Pure C: no heap, no hardware, no libm in the audio path. The caller gives the memory. Two arithmetics sit
 * behind this header: f32 (RP2350) and q28 (RP2040, 1.0 = 2^28), chosen with the chip when it is compiled.
 *
 * Control side (one caller): engine_stage_*() fill a parameter block, engine_commit() hands it over whole.
 * Audio side (one caller, may interrupt the control side or run on another core): engine_process() picks the
 * newest committed block up at a packet edge and glides to it, about 35 ms long, without a click; up to 0.4 s
 * when more filters change than there is time to run twice. What is committed meanwhile waits for the glide's
 * end; of several that wait the newest wins. What waits while more is staged may wait for that, too.
 */
#ifndef DSPI_ENGINE_H
#define DSPI_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dimensions.h"

struct engine;

/* Bytes of 8-aligned memory that engine_init() needs, delay lines included. */
size_t engine_bytes(void);

/* All outputs disabled, all bands flat, gains 1, silent until the first commit. NULL when bytes is too small.
 */
struct engine *engine_init(void *memory, size_t bytes, uint32_t rate);

/* --- control side ----------------------------------------------------------------------------------------
 */

/*
 * One band as filter design makes it: a state-variable filter in delta form, in double.
 * Per sample: v3 = in - s2; dv1 = a1m1 s1 + a2 v3; dv2 = a2 s1 + a3 v3; v = s + dv; s += 2 dv;
 * out = m0 in + m1 v1 + m2 v2. All of a1m1, a2, a3 zero and m = (1, 0, 0) is a flat band and costs nothing.
 */
struct band_design {
    double a1m1, a2, a3, m0, m1, m2;
};

void engine_stage_band(struct engine *, unsigned channel, unsigned band, const struct band_design *);
void engine_stage_input_gain(struct engine *, unsigned input, double gain);
void engine_stage_bypass(struct engine *, bool bypass); /* of the EQ of channels 0 and 1 */
void engine_stage_crosspoint(struct engine *, unsigned input, unsigned output,
                             double gain); /* 0 off, < 0 inverted */
void engine_stage_output(struct engine *, unsigned output, bool enabled, double gain, uint32_t delay_frames);
void engine_stage_master_gain(struct engine *, double gain);

/*
 * The volume leveller (leveller.h). Levels in dB re full scale, RMS; shares are of the way that is left, per
 * block. Below `upper` the gain rises over `width` dB up to `slope` dB per dB, to `max_gain` at most; below
 * `gate` there is none. Blocks of 1 to 96 frames, of 0 is off; lookahead 0, or 10 blocks and a rest in
 * frames.
 */
struct leveller_design {
    double upper, width, slope, max_gain, gate, ceiling;
    double window, attack, release, limiter_release;
    uint32_t block, lookahead;
};

void engine_stage_leveller(struct engine *, const struct leveller_design *);

/* Crossfeed filters what differs between left and right, and leaves what they share. Flat is off. */
void engine_stage_crossfeed(struct engine *, const struct band_design *);

/* A section, 0 ... ENGINE_LOUDNESS - 1, of the loudness filter of both channels. */
void engine_stage_loudness(struct engine *, unsigned section, const struct band_design *);

/*
 * Hands the staged block over. `rate` is the sample rate it was designed for; after engine_set_rate() the
 * engine is silent until a block for the new rate arrives.
 */
void engine_commit(struct engine *, uint32_t rate);

/*
 * Likewise, but the sound does not glide: it fades out in 8 ms, and fades in again as the block says, with
 * filters and delay lines at rest. For changes that leave nothing as it was.
 */
void engine_commit_afresh(struct engine *, uint32_t rate);

/* --- host's audio class ----------------------------------------------------------------------------------
 */

/* Volume in 1/256 dB, -60 dB and below is silence; ramped. Callable from either side. */
void engine_set_host_volume(struct engine *, int16_t volume, bool mute);

/* 44100, 48000 or 96000; takes effect at the next packet edge: filter state and delay lines are cleared. */
void engine_set_rate(struct engine *, uint32_t rate);

/* Fades in from silence at the next packet: called when a stream starts. */
void engine_start_stream(struct engine *);

/* --- audio side ------------------------------------------------------------------------------------------
 */

/*
 * One USB packet: `frames` (0 ... ENGINE_FRAMES_MAX) interleaved little-endian stereo frames of 2 or 3 bytes
 * a sample. outputs[o] receives `frames` samples, zeros for a disabled output; a NULL entry is not written.
 * Samples are whole numbers of 24 bits, -2^23 ... 2^23 - 1; those of DSPI_PDM_OUTPUT have 4 bits more,
 * -ENGINE_PDM_FULL_SCALE ... ENGINE_PDM_FULL_SCALE - 1: what turns them into bits can carry them. Rounded to
 * nearest; what does not fit saturates.
 */
#define ENGINE_PDM_FULL_SCALE (INT32_C(1) << 27)

void engine_process(struct engine *, const uint8_t *packet, unsigned frames, unsigned bytes_per_sample,
                    int32_t *const outputs[DSPI_OUTPUTS]);

/*
 * The same, shared by the cores of a chip. One core begins a packet, whose bytes and outputs stay in place
 * until it is done; then each calls engine_run_next() with its own number until there is nothing left:
 *
 *   the core that begins                               the other, whenever it is told or looks
 *     engine_begin_packet(..., 2);                       while (engine_run_next(engine, 1)) {}
 *     (tells the other)
 *     while (engine_run_next(engine, 0)) {}
 *     while (!engine_packet_done(engine)) {}
 *
 * A packet is cut into jobs: each input's filters, what both inputs go through together, each input's
 * loudness, each output. What a core does is decided when the packet begins, by what the jobs have cost in
 * the packets before, so that both end together. With cores = 1 all is done by core 0. The samples do not
 * depend on who computes what. No packet may begin before the last is done.
 */
enum { ENGINE_NOTHING_LEFT = 0, ENGINE_MUST_WAIT = -1 };

void engine_begin_packet(struct engine *, const uint8_t *packet, unsigned frames, unsigned bytes_per_sample,
                         int32_t *const outputs[DSPI_OUTPUTS], unsigned cores);

/*
 * Does the core's next job. The number of the job's stage, from 1; or ENGINE_MUST_WAIT, at once, when it
 * needs what the other core is still at; or ENGINE_NOTHING_LEFT of this packet.
 */
int engine_run_next(struct engine *, unsigned core);

bool engine_packet_done(const struct engine *);

/*
 * The clock that jobs are timed with: counts up, in any unit, wrapping at 2^32; read at a job's begin and end
 * by the core that does it. Without one (NULL) all jobs count alike. Before the first packet.
 */
void engine_set_clock(struct engine *, uint32_t (*now)(void));

/*
 * What a core has to do for each packet besides, when its jobs are done, in units of the clock (core 1, for
 * instance: to encode PDM): it gets so much less of the outputs. Called by the core that begins packets.
 */
void engine_set_burden(struct engine *, unsigned core, uint32_t cost);

/* --- metering (readable at any time) ---------------------------------------------------------------------
 */

/* Peak of the last packet, 0 ... 32767 = 0 ... 1.0, saturating. Channels 0, 1 after the leveller, before
 * crossfeed: so 0x50 promises hosts. */
uint16_t engine_peak(const struct engine *, unsigned channel);

/* Bit per channel, latched above 1.001 of full scale. */
uint16_t engine_clips(const struct engine *);
uint16_t engine_clear_clips(struct engine *); /* returns the flags as they were */

/* Of the block that was picked up last: whether an output plays, and how many bands a channel's EQ computes
 * (0 for a disabled output; flat and bypassed bands cost nothing). */
bool engine_output_enabled(const struct engine *, unsigned output);
unsigned engine_active_bands(const struct engine *, unsigned channel);

#endif
