/*
 * The path of the samples: isochronous packets -> engine -> output ring -> what the slots and the PDM pin
 * send.
 *
 * The ring between engine and outputs is modelled by its fill. Samples leave in the order and number in which
 * they leave a chip: a late packet is bridged, a starved ring plays silence until it is primed again, a full
 * one loses the packet. Only the constant delay of the primed ring is left out, so that a recording ends with
 * its last sample. The output clock starts with the first packet of a stream and stops at alternate setting
 * 0; outputs send nothing before and after.
 */
#ifndef DSPI_DESKTOP_STREAM_H
#define DSPI_DESKTOP_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../native/engine/engine.h"
#include "../../native/output/fill.h"
#include "../../native/output/pdm.h"
#include "../../native/usb/audio_class.h"
#include "../../native/usb/counters.h"
#include "../../native/usb/feedback.h"
#include "../../native/usb/host_clock.h"

#define STREAM_BATCH_MAX 1000 /* USB frames whose output is collected at once */
#define RING_TARGET_MS   3
#define RING_CAPACITY_MS 7 /* as much above the target as below it, and the packet that comes in */

struct outputs;

struct stream {
    struct engine *engine;
    struct audio_class *audio;
    struct counters *counters;
    const struct outputs *outputs;
    int32_t clock_ppm; /* how much the output clock is faster than the USB host's */

    struct host_clock host_clock;
    uint32_t frame; /* of the host's */
    uint64_t ns;    /* by the output clock */
    struct feedback feedback;
    uint32_t feedback_value; /* 10.14; 0 while there is no stream */
    bool running;            /* the output clock, that is */
    bool starved;            /* silent until the ring is primed again */
    uint64_t clock;          /* frames since the start x 10^9 */
    uint32_t consumed, received;
    unsigned missing;     /* USB frames since the last packet */
    unsigned last_frames; /* audio frames of the last packet */
    struct pdm pdm;
    struct fill slot_fill, pdm_fill; /* sampled at every 8th packet */

    /* collected since stream_collect() */
    uint32_t frames;
    uint8_t slot_mask; /* slots that had an enabled output */
    bool pdm_active;
    uint8_t *slots[DSPI_SLOTS]; /* 6 bytes a frame: interleaved 24 bit */
    uint8_t *pdm_bits;          /* PDM_FRAME_BYTES a frame */
};

void stream_init(struct stream *, struct engine *, struct audio_class *, struct counters *,
                 const struct outputs *, int32_t clock_ppm);

/* After the alternate setting or the rate has changed. */
void stream_restart(struct stream *);

/* Starts to collect anew. */
void stream_collect(struct stream *);

/*
 * A figure (0-5) of buffer statistics (native/xs/host.h). All slots take from the one ring, counted in 16
 * buffers, and so does PDM, whose DMA has no other buffer either.
 */
unsigned stream_slot_figure(const struct stream *, unsigned figure);
unsigned stream_pdm_figure(const struct stream *, unsigned figure);

/* One USB frame, with or without (NULL) a packet; at most STREAM_BATCH_MAX until output is collected anew. */
void stream_frame(struct stream *, const uint8_t *packet, size_t bytes);

#endif
