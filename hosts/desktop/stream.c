#include "stream.h"

#include <stdlib.h>
#include <string.h>

#include "outputs.h"
#include "pipe.h"

/* Of one batch: at 96 kHz a frame more than nominal in each ms, and the silence that primes a ring. */
#define COLLECTED_MAX   (STREAM_BATCH_MAX * (ENGINE_FRAMES_MAX + 1))
#define BYTES_PER_FRAME 6
#define CLOCK_PER_FRAME 1000000000u
#define GAP_MIN_MS      2
#define GAP_MAX_MS      50
#define BUFFERS         16
#define FILL_INTERVAL   8 /* packets */

void stream_init(struct stream *stream, struct engine *engine, struct audio_class *audio,
                 struct counters *counters, const struct outputs *outputs, int32_t clock_ppm) {
    *stream = (struct stream){
        .engine = engine, .audio = audio, .counters = counters, .outputs = outputs, .clock_ppm = clock_ppm};
    pdm_init(&stream->pdm);
    fill_reset(&stream->slot_fill);
    fill_reset(&stream->pdm_fill);
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++)
        stream->slots[slot] = malloc((size_t)COLLECTED_MAX * BYTES_PER_FRAME);
    stream->pdm_bits = malloc((size_t)COLLECTED_MAX * PDM_FRAME_BYTES);
    if (!stream->pdm_bits || !stream->slots[DSPI_SLOTS - 1]) fail("no memory for the outputs");
}

static void start_clock(struct stream *stream) {
    feedback_start(&stream->feedback, audio_class_engine_rate(stream->audio));
    stream->feedback_value = feedback_update(&stream->feedback, host_clock_deviation(&stream->host_clock), 0);
    stream->clock = 0;
    stream->consumed = stream->received = 0;
    stream->starved = false;
}

void stream_restart(struct stream *stream) {
    start_clock(stream);
    stream->running = false;
    stream->missing = stream->last_frames = 0;
    if (stream->audio->alternate == 0) stream->feedback_value = 0;
}

void stream_collect(struct stream *stream) {
    stream->frames = 0;
    stream->slot_mask = 0;
    stream->pdm_active = false;
}

static void pack(uint8_t *to, const int32_t *left, const int32_t *right, unsigned frames) {
    for (unsigned i = 0; i < frames; i++) {
        uint32_t l = (uint32_t)left[i], r = (uint32_t)right[i];
        *to++ = (uint8_t)l, *to++ = (uint8_t)(l >> 8), *to++ = (uint8_t)(l >> 16);
        *to++ = (uint8_t)r, *to++ = (uint8_t)(r >> 8), *to++ = (uint8_t)(r >> 16);
    }
}

/* The modulator runs on until it has faded out. */
static void emit_pdm(struct stream *stream, const int32_t *samples, unsigned frames) {
    if (engine_output_enabled(stream->engine, DSPI_PDM_OUTPUT))
        pdm_start(&stream->pdm);
    else
        pdm_stop(&stream->pdm);
    if (!stream->pdm_active && pdm_idle(&stream->pdm)) return;
    if (!stream->pdm_active)
        memset(stream->pdm_bits, PDM_IDLE_BYTE, (size_t)stream->frames * PDM_FRAME_BYTES);
    stream->pdm_active = true;
    pdm_process(&stream->pdm, samples, frames, stream->pdm_bits + (size_t)stream->frames * PDM_FRAME_BYTES);
}

/* Sends frames of all outputs. */
static void emit(struct stream *stream, int32_t *const samples[DSPI_OUTPUTS], unsigned frames) {
    if (stream->frames + frames > COLLECTED_MAX) fail("more than %u USB frames in a batch", STREAM_BATCH_MAX);
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++) {
        if (engine_output_enabled(stream->engine, 2 * slot) ||
            engine_output_enabled(stream->engine, 2 * slot + 1))
            stream->slot_mask |= 1u << slot;
        pack(stream->slots[slot] + (size_t)stream->frames * BYTES_PER_FRAME, samples[2 * slot],
             samples[2 * slot + 1], frames);
    }
    emit_pdm(stream, samples[DSPI_PDM_OUTPUT], frames);
    stream->frames += frames;
}

static void emit_silence(struct stream *stream, unsigned frames) {
    static int32_t zeros[ENGINE_FRAMES_MAX];
    int32_t *samples[DSPI_OUTPUTS];
    for (unsigned output = 0; output < DSPI_OUTPUTS; output++)
        samples[output] = zeros;
    for (; frames > ENGINE_FRAMES_MAX; frames -= ENGINE_FRAMES_MAX)
        emit(stream, samples, ENGINE_FRAMES_MAX);
    emit(stream, samples, frames);
}

static int32_t frames_in(const struct stream *stream, unsigned ms) {
    return (int32_t)(audio_class_engine_rate(stream->audio) * ms / 1000);
}

static int32_t ring_fill(const struct stream *stream) {
    return frames_in(stream, RING_TARGET_MS) + (int32_t)(stream->received - stream->consumed);
}

/* Of the ring's 16 buffers, those with something to play. */
static unsigned buffers_filled(const struct stream *stream) {
    int32_t fill = stream->running && !stream->starved ? ring_fill(stream) : 0;
    if (fill <= 0) return 0;
    int32_t capacity = frames_in(stream, RING_CAPACITY_MS);
    int32_t filled = (fill * BUFFERS + capacity - 1) / capacity;
    return filled < BUFFERS ? (unsigned)filled : BUFFERS;
}

static unsigned fill_percent(const struct stream *stream) {
    return buffers_filled(stream) * 100 / BUFFERS;
}

static bool pdm_runs(const struct stream *stream) {
    return engine_output_enabled(stream->engine, DSPI_PDM_OUTPUT);
}

static void sample_fill(struct stream *stream) {
    if (stream->counters->packets % FILL_INTERVAL != 0) return;
    fill_sample(&stream->slot_fill, fill_percent(stream));
    if (pdm_runs(stream)) fill_sample(&stream->pdm_fill, fill_percent(stream));
}

unsigned stream_slot_figure(const struct stream *stream, unsigned figure) {
    unsigned filled = buffers_filled(stream), playing = filled > 0;
    const unsigned figures[] = {BUFFERS - filled,     filled - playing,         playing,
                                fill_percent(stream), stream->slot_fill.lowest, stream->slot_fill.highest};
    return figures[figure];
}

unsigned stream_pdm_figure(const struct stream *stream, unsigned figure) {
    const unsigned figures[] = {fill_percent(stream), stream->pdm_fill.lowest, stream->pdm_fill.highest};
    return figures[figure % 3];
}

static void take_packet(struct stream *stream, const uint8_t *packet, size_t bytes) {
    static int32_t storage[DSPI_OUTPUTS][ENGINE_FRAMES_MAX];
    int32_t *samples[DSPI_OUTPUTS];
    for (unsigned output = 0; output < DSPI_OUTPUTS; output++)
        samples[output] = storage[output];

    unsigned gap = stream->missing + 1;
    if (stream->running && gap > GAP_MIN_MS && gap < GAP_MAX_MS) stream->counters->gaps++;
    stream->missing = 0;
    stream->counters->packets++;

    if (stream->starved) {
        emit_silence(stream, (unsigned)frames_in(stream, RING_TARGET_MS));
        start_clock(stream);
    }
    stream->running = true;
    unsigned frames = audio_class_frames(stream->audio, bytes);
    stream->last_frames = frames;
    if (ring_fill(stream) + (int32_t)frames > frames_in(stream, RING_CAPACITY_MS)) {
        stream->counters->overruns++;
        return;
    }
    engine_process(stream->engine, packet, frames, audio_class_bytes_per_sample(stream->audio), samples);
    emit(stream, samples, frames);
    stream->received += frames;
    sample_fill(stream);
}

static void count_starvation(struct stream *stream) {
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++)
        if (stream->outputs->slots[slot].type == SLOT_SPDIF) stream->counters->starvations[slot]++;
}

/* What the output clock takes from the ring in one ms. */
static void consume(struct stream *stream) {
    stream->clock +=
        (uint64_t)audio_class_engine_rate(stream->audio) * (uint32_t)(1000000 + stream->clock_ppm);
    uint32_t frames = (uint32_t)(stream->clock / CLOCK_PER_FRAME);
    stream->clock %= CLOCK_PER_FRAME;
    stream->consumed += frames;
    int32_t fill = ring_fill(stream);
    if (fill < 0) {
        count_starvation(stream);
        emit_silence(stream, (unsigned)-fill);
        stream->received += (uint32_t)-fill;
        stream->starved = true;
    }
    if (!stream->starved)
        stream->feedback_value = feedback_update(&stream->feedback, host_clock_deviation(&stream->host_clock),
                                                 (int32_t)(stream->consumed - stream->received));
}

void stream_frame(struct stream *stream, const uint8_t *packet, size_t bytes) {
    host_clock_frame(&stream->host_clock, stream->frame++, (uint32_t)(stream->ns / 1000));
    stream->ns += (uint64_t)(1000000 + stream->clock_ppm);
    if (stream->audio->alternate == 0) return;
    if (packet)
        take_packet(stream, packet, bytes);
    else
        stream->missing++;
    if (stream->running) consume(stream);
}
