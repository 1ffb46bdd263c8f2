#include "load.h"

#include "../../native/engine/engine.h"

#define CYCLES_PER_MS 307200

/* Cycles per frame: what a packet costs besides filters (USB, matrix, encoders), a band, the PDM modulator.
 */
#if defined(DSPI_RP2040)
enum { BASE = 856, BAND = 88, PDM = 2240 };
#else
enum { BASE = 669, BAND = 20, PDM = 2400 };
#endif

/* Core 0 has the masters and outputs 0 and 1; core 1 the PDM subwoofer while it is on, else the other
 * outputs. */
static unsigned cycles_per_frame(const struct engine *engine, unsigned core) {
    bool pdm = engine_output_enabled(engine, DSPI_PDM_OUTPUT);
    unsigned first = core == 0 ? 0 : pdm ? DSPI_INPUTS + DSPI_PDM_OUTPUT : DSPI_INPUTS + 2;
    unsigned end = core == 0 ? DSPI_INPUTS + 2 : pdm ? DSPI_CHANNELS : DSPI_INPUTS + DSPI_PDM_OUTPUT;
    unsigned cycles = core == 0 ? BASE : pdm ? PDM : 0;
    for (unsigned channel = first; channel < end; channel++)
        cycles += BAND * engine_active_bands(engine, channel);
    return cycles;
}

unsigned load_percent(const struct engine *engine, unsigned core, unsigned frames) {
    unsigned percent = frames * cycles_per_frame(engine, core) * 100 / CYCLES_PER_MS;
    return percent > 100 ? 100 : percent;
}
