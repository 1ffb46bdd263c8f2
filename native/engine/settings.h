/* All that decides how the engine sounds, except the host's volume: what staging fills and a glide leads
 * between. */
#ifndef DSPI_SETTINGS_H
#define DSPI_SETTINGS_H

#include "arithmetic.h"

struct settings {
    struct band band[DSPI_CHANNELS][DSPI_BANDS];
    uint16_t active[DSPI_CHANNELS]; /* bit per band that is not flat */
    gain_t crosspoint[DSPI_OUTPUTS][DSPI_INPUTS];
    gain_t input_gain[DSPI_INPUTS];
    gain_t output_gain[DSPI_OUTPUTS];
    gain_t master_gain;
    uint16_t delay[DSPI_OUTPUTS]; /* frames */
    bool enabled[DSPI_OUTPUTS];
    bool bypass;
};

void settings_init(struct settings *);

#endif
