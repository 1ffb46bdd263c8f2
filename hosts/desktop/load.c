#include "load.h"

#include "../../native/engine/engine.h"

#define CYCLES_PER_MS 307200

/* Cycles per frame: what core 0 does alone, what the cores share (an output, a peak, and the rest), and PDM.
 */
#if defined(DSPI_RP2040)
enum { ALONE = 350, SHARED = 230, OUTPUT = 190, BAND = 44, PDM = 2200 };
#else
enum { ALONE = 350, SHARED = 124, OUTPUT = 83, BAND = 20, PDM = 3250 };
#endif

static unsigned shared_cycles(const struct engine *engine) {
    unsigned cycles = SHARED;
    for (unsigned output = 0; output < DSPI_OUTPUTS; output++)
        cycles += engine_output_enabled(engine, output) ? OUTPUT : 0;
    for (unsigned channel = 0; channel < DSPI_CHANNELS; channel++)
        cycles += BAND * engine_active_bands(engine, channel);
    return cycles;
}

/* Core 1 modulates for PDM, and evens out what is shared. */
static unsigned cycles_per_frame(const struct engine *engine, unsigned core) {
    const unsigned pdm = engine_output_enabled(engine, DSPI_PDM_OUTPUT) ? PDM : 0;
    const unsigned shared = shared_cycles(engine);
    const unsigned second = pdm > shared ? pdm : (shared + pdm) / 2;
    return core == 1 ? second : ALONE + shared + pdm - second;
}

unsigned load_percent(const struct engine *engine, unsigned core, unsigned frames) {
    unsigned percent = frames * cycles_per_frame(engine, core) * 100 / CYCLES_PER_MS;
    return percent > 100 ? 100 : percent;
}
