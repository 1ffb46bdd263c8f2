/* The engine as the audio side sees it. */
#ifndef DSPI_PIPELINE_H
#define DSPI_PIPELINE_H

#include "crossfeed.h"
#include "delay.h"
#include "equaliser.h"
#include "mailbox.h"
#include "meter.h"
#include "schedule.h"

/* The equalisers: of the channels, of what both inputs go through together, of each input's loudness. */
enum {
    CROSSFEED = DSPI_CHANNELS,
    LOUDNESS,
    EQUALISERS = LOUDNESS + DSPI_INPUTS,
};

#define ROUTE_BIT(output) (1u << (output))
#define DELAY_BIT(output) (ROUTE_BIT(output) << 16)

/* The channels' gains at one end of a glide: preamp x host volume; output gain x master volume, or 0. */
struct gains {
    gain_t of[DSPI_CHANNELS];
};

/* The packet at hand; written by the core that begins it. */
struct packet {
    const uint8_t *bytes;
    unsigned frames, bytes_per_sample;
    int32_t *outputs[DSPI_OUTPUTS];
    const struct settings *from, *to; /* the ends of the glide, or the same */
    const struct settings *bands_from;
};

struct engine {
    /* Requests from other contexts. */
    struct mailbox mailbox;
    _Atomic gain_t host_gain;
    _Atomic uint32_t requested_rate;
    _Atomic uint32_t streams_started;

    /* The audio side's own. */
    uint32_t rate;
    bool silent; /* until settings for the rate arrive */
    gain_t heard_host_gain;
    uint32_t heard_streams;
    struct glide glide;
    struct gains from, to;
    bool leaving; /* the glide fades out what was heard; other settings have been taken for what comes then */
    bool continues; /* the glide goes on with bands that were still the old ones after the one before */
    uint32_t rerouting,
        unrouted; /* outputs whose routes and delays change, or will after that: ROUTE_BIT, DELAY_BIT */
    struct equaliser equaliser[EQUALISERS];
    struct leveller leveller;
    struct delay_line delay[DSPI_OUTPUTS];
    sample_t master[DSPI_INPUTS][ENGINE_FRAMES_MAX];

    struct packet packet;
    struct schedule schedule;
    uint32_t burden[ENGINE_CORES];
    uint32_t (*clock)(void);

    struct meter meter;
};

struct bands bands_of(const struct settings *, unsigned equaliser);

/* Decides what a packet is played with: packet.from, packet.to, the glide. */
void packet_edge(struct engine *);

#endif
