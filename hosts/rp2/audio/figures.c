#include "figures.h"

#include "audio.h"
#include "engine.h"
#include "stream.h"

#define INTERVAL 8 /* packets */

static struct fill slots, pdm;

unsigned figures_filled(void) {
    if (!stream_is_fed()) return 0;
    const unsigned filled = (stream_fill() * FIGURES_BUFFERS + STREAM_CAPACITY - 1) / STREAM_CAPACITY;
    return filled < FIGURES_BUFFERS ? filled : FIGURES_BUFFERS;
}

const struct fill *figures_slots(void) {
    return &slots;
}

const struct fill *figures_pdm(void) {
    return &pdm;
}

void figures_reset(void) {
    fill_reset(&slots);
    fill_reset(&pdm);
}

void figures_sample(void) {
    if (audio.counters.packets % INTERVAL != 0) return;
    const unsigned percent = figures_filled() * 100 / FIGURES_BUFFERS;
    fill_sample(&slots, percent);
    if (engine_output_enabled(audio.engine, DSPI_PDM_OUTPUT)) fill_sample(&pdm, percent);
}
