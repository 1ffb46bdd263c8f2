/* The engine as the audio side sees it. */
#ifndef DSPI_PIPELINE_H
#define DSPI_PIPELINE_H

#include "crossfeed.h"
#include "delay.h"
#include "equaliser.h"
#include "mailbox.h"
#include "meter.h"

/* The gains that are products of several settings, at one end of a glide. */
struct gains {
    gain_t input[DSPI_INPUTS];   /* preamp x host volume */
    gain_t output[DSPI_OUTPUTS]; /* output gain x master volume, 0 when disabled */
};

struct engine {
    /* Requests from other contexts. */
    struct mailbox mailbox;
    _Atomic gain_t host_gain;
    _Atomic uint32_t requested_rate;
    _Atomic uint32_t streams_started;

    /* The audio side's own. */
    uint32_t rate;
    uint32_t frames; /* of the present packet */
    bool silent;     /* until settings for the rate arrive */
    gain_t heard_host_gain;
    uint32_t heard_streams;
    struct glide glide;
    struct gains from, to;
    bool leaving; /* the glide fades out what was heard; other settings have been taken for what comes then */
    struct equaliser equaliser[DSPI_CHANNELS];
    struct leveller leveller;
    struct equaliser crossfeed;
    struct equaliser loudness[DSPI_INPUTS];
    struct delay_line delay[DSPI_OUTPUTS];
    sample_t master[DSPI_INPUTS][ENGINE_FRAMES_MAX];

    struct meter meter;
};

#endif
