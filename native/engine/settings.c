#include "settings.h"

#include <string.h>

void settings_init(struct settings *settings) {
    memset(settings, 0, sizeof *settings);
    const struct band_design flat = {0, 0, 0, 1, 0, 0};
    for (unsigned channel = 0; channel < DSPI_CHANNELS; channel++)
        for (unsigned band = 0; band < DSPI_BANDS; band++)
            band_quantise(&settings->band[channel][band], &flat);
    band_quantise(&settings->crossfeed, &flat);
    for (unsigned section = 0; section < ENGINE_LOUDNESS; section++)
        band_quantise(&settings->loudness[section], &flat);
    for (unsigned input = 0; input < DSPI_INPUTS; input++)
        settings->input_gain[input] = gain_from_double(1);
    for (unsigned output = 0; output < DSPI_OUTPUTS; output++)
        settings->output_gain[output] = gain_from_double(1);
    settings->master_gain = gain_from_double(1);
}
