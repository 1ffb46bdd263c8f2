#include "stream.h"

#include "hardware/sync.h"
#include "hardware/timer.h"

#include "audio.h"
#include "engine.h"
#include "feedback.h"
#include "host_clock.h"
#include "mck.h"
#include "pdm_line.h"
#include "slip.h"

#define GAP_MIN_US 2500
#define GAP_MAX_US 50000

static struct {
    bool running;         /* the lines are */
    bool starved;         /* silent until the rings are primed again */
    bool primed;          /* a first packet waits in the rings for the next, with which the lines start */
    uint32_t counts_from; /* the first packet that has come while the lines ran */
    uint32_t last_packet; /* us */
    uint32_t fill;        /* frames in the rings after the last packet */
    struct feedback feedback;
    volatile uint32_t feedback_value;
} stream;

uint32_t stream_feedback(void) {
    return stream.feedback_value;
}

static void show_feedback(int32_t missing) {
    const int32_t deviation = host_clock_deviation(&audio.host_clock);
    stream.feedback_value = feedback_update(&stream.feedback, deviation, missing);
}

bool stream_is_running(void) {
    return stream.running;
}

bool stream_is_fed(void) {
    return stream.running && !stream.starved;
}

unsigned stream_frames(unsigned ms) {
    return audio_class_engine_rate(&audio.class) * ms / 1000;
}

unsigned stream_fill(void) {
    return stream.fill;
}

static uint32_t fill(void) {
    return lines_written() - lines_sent();
}

static void start_counting(void) {
    feedback_start(&stream.feedback, audio_class_engine_rate(&audio.class));
    show_feedback(0);
    stream.starved = stream.primed = false;
}

void stream_start_over(void) {
    packets_drop_all();
    start_counting();
}

void stream_stop(void) {
    stream.primed = false;
    if (!stream.running) return;
    pdm_line_leave();
    lines_stop();
    stream.running = false;
}

/* By the last line's leaving nothing would tell any more what has been sent. */
void stream_leave_line(unsigned slot) {
    lines_leave(slot);
    if (!lines_sending()) stream_stop();
}

/* --- writing ---------------------------------------------------------------------------------------------
 */

static void write(int32_t *const outputs[DSPI_OUTPUTS], unsigned frames) {
    const bool pdm = engine_output_enabled(audio.engine, DSPI_PDM_OUTPUT);
    pdm_line_write(pdm, lines_written(), outputs[DSPI_PDM_OUTPUT], frames);
    lines_write(outputs, frames);
}

static void write_silence(unsigned frames) {
    static int32_t zeros[32];
    static int32_t *const silence[] = {[0 ... DSPI_OUTPUTS - 1] = zeros};
    const unsigned piece = sizeof zeros / sizeof *zeros;
    for (; frames > piece; frames -= piece)
        write(silence, piece);
    write(silence, frames);
}

/* Brings the rings to their target with silence, for when the next packet comes. */
static void prime(void) {
    const uint32_t rate = audio_class_engine_rate(&audio.class);
    if (!stream.running) {
        lines_begin(rate);
        mck_follow(rate);
        pdm_line_begin(rate);
    }
    const uint32_t wanted = stream_frames(stream.running ? STREAM_TARGET_MS : STREAM_TARGET_MS - 1);
    const uint32_t have = stream.running ? fill() : 0;
    if (have < wanted) write_silence(wanted - have);
    start_counting();
}

/*
 * As if they had started when the packet came, and not when it could be sent. That is the stream's second:
 * the first may come late in its ms, after all that led to it.
 */
static void start_lines(uint32_t came_us) {
    const uint32_t late = timer_hw->timerawl - came_us, most = STREAM_TARGET_MS * 1000;
    const uint32_t first = (late < most ? late : most) * stream_frames(1) / 1000;
    lines_get_ready(first);
    pdm_line_wait();
    lines_start();
    pdm_line_start(first);
    stream.running = true;
    stream.counts_from = packets_put_in();
}

static void count_starvation(void) {
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++)
        if (lines[slot].state == LINE_SENDING && lines[slot].type == LINE_SPDIF)
            audio.counters.starvations[slot]++;
}

void stream_keep_filled(void) {
    const unsigned ms = stream_frames(1);
    if (!stream.running || fill() > ms + ms / 4) return;
    stream.starved = true;
    count_starvation();
    write_silence(ms);
}

/* --- packets ---------------------------------------------------------------------------------------------
 */

/* By how many frames the rings were below their target when a packet came, and not when there is time for it.
 */
static int32_t missing_at(uint32_t arrival) {
    if ((int32_t)(packets_taken() - stream.counts_from) < 0) return 0;
    return (int32_t)(stream_frames(STREAM_TARGET_MS) - (lines_written() - lines_sent_at(arrival)));
}

/* A host that follows the feedback stays well within the window: 500 ppm move the rings by 18 frames. Target,
 * window and a packet fit the rings. */
static unsigned keep_in_window(const struct usb_packet *packet, unsigned frames, int32_t missing) {
    const int32_t window = (int32_t)stream_frames(3) / 4;
    const unsigned bytes = audio_class_bytes_per_sample(&audio.class);
    if (missing > window) {
        audio.counters.repeats++;
        return slip_insert(packet->data, frames, bytes);
    }
    if (missing < -window) {
        audio.counters.drops++;
        return slip_drop(packet->data, frames, bytes);
    }
    return frames;
}

static void count_gap(void) {
    const uint32_t now = timer_hw->timerawl, gap = now - stream.last_packet;
    if (stream.running && gap > GAP_MIN_US && gap < GAP_MAX_US) audio.counters.gaps++;
    stream.last_packet = now;
}

/* Both cores; what core 0 does afterwards, alone, it need not do of the outputs. */
static void compute(const uint8_t *data, unsigned frames, int32_t *const outputs[DSPI_OUTPUTS]) {
    engine_begin_packet(audio.engine, data, frames, audio_class_bytes_per_sample(&audio.class), outputs,
                        ENGINE_CORES);
    __sev();
    while (engine_run_next(audio.engine, 0) != ENGINE_NOTHING_LEFT) {
    }
    while (!engine_packet_done(audio.engine)) {
    }
}

static void compute_and_write(const uint8_t *data, unsigned frames) {
    static int32_t samples[DSPI_OUTPUTS][ENGINE_FRAMES_MAX];
    static int32_t *outputs[DSPI_OUTPUTS];
    for (unsigned output = 0; output < DSPI_OUTPUTS; output++)
        outputs[output] = samples[output];
    engine_set_burden(audio.engine, 1, pdm_line_cost());
    compute(data, frames, outputs);
    const uint32_t start = timer_hw->timerawl;
    write(outputs, frames);
    engine_set_burden(audio.engine, 0, timer_hw->timerawl - start);
}

void stream_play(const struct usb_packet *packet) {
    count_gap();
    if (!lines_used()) return; /* the application is not up yet */
    int32_t missing = 0;
    if (!stream_is_fed() && !stream.primed)
        prime();
    else if (stream.running)
        missing = missing_at(packet->arrival);
    show_feedback(missing);
    unsigned frames = audio_class_frames(&audio.class, packet->bytes);
    if (stream.running && fill() + frames > STREAM_CAPACITY) {
        audio.counters.overruns++;
        return stream_stop(); /* and the next packet starts it: whatever led to this is over then */
    }
    frames = keep_in_window(packet, frames, missing);
    compute_and_write(packet->data, frames);
    if (!stream.running && stream.primed) start_lines(packet->came_us);
    stream.primed = !stream.running;
    stream.fill = fill();
}
