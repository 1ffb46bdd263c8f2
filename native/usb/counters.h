/* What status requests count: one block, written by the audio world and read by the application at any time.
 */
#ifndef DSPI_USB_COUNTERS_H
#define DSPI_USB_COUNTERS_H

#include <stdint.h>

#include "../engine/dimensions.h"

struct counters {
    uint32_t packets;                 /* isochronous packets since power-on */
    uint32_t overruns;                /* packets lost: the queue or the rings were full */
    uint32_t gaps;                    /* pauses between packets, of 3 to 50 ms */
    uint32_t drops, repeats;          /* single frames, for hosts that do not follow the feedback */
    uint32_t starvations[DSPI_SLOTS]; /* ms in which a S/PDIF slot ran dry, since the stream started */
};

/* The clock and core voltage the chips run at. */
#define SYSTEM_CLOCK_HZ 307200000u
#define CORE_MILLIVOLTS 1150u

struct audio_class;

/* One counter by its status selector, 3-22; 0 for what this device has nothing to count of. */
uint32_t counters_status(const struct counters *, const struct audio_class *, unsigned selector);

#endif
