#include "counters.h"

#include "audio_class.h"

uint32_t counters_status(const struct counters *counters, const struct audio_class *audio,
                         unsigned selector) {
    uint32_t total = 0;
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++)
        total += counters->starvations[slot];
    if (selector >= 18 && selector < 18 + DSPI_SLOTS) return counters->starvations[selector - 18];
    switch (selector) {
    case 7:
        return counters->overruns + counters->drops;
    case 8:
        return counters->gaps + counters->repeats;
    case 10:
        return counters->packets;
    case 11:
        return audio->alternate;
    case 13:
        return SYSTEM_CLOCK_HZ;
    case 14:
        return CORE_MILLIVOLTS;
    case 15:
        return audio->rate;
    case 17:
        return total;
    default:
        return 0;
    }
}
