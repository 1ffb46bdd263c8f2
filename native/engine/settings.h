/* All that decides how the engine sounds, except the host's volume: what staging fills and a glide leads
 * between. */
#ifndef DSPI_SETTINGS_H
#define DSPI_SETTINGS_H

#include "leveller.h"

struct settings {
    struct band band[DSPI_CHANNELS][DSPI_BANDS];
    uint16_t active[DSPI_CHANNELS]; /* bit per band that is not flat */
    struct band crossfeed;
    struct band loudness[ENGINE_LOUDNESS];
    uint16_t crossfeed_active, loudness_active; /* bit per band, as above */
    struct leveller_settings leveller;
    gain_t crosspoint[DSPI_OUTPUTS][DSPI_INPUTS];
    gain_t input_gain[DSPI_INPUTS];
    gain_t output_gain[DSPI_OUTPUTS];
    gain_t master_gain;
    uint16_t delay[DSPI_OUTPUTS]; /* frames */
    bool enabled[DSPI_OUTPUTS];
    bool bypass;
    uint8_t beginning; /* of a sound: settings with the same one are glided between, others are faded over */
};

void settings_init(struct settings *);

#endif
