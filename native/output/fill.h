/* How full the buffers in front of an output are and have been, in percent. */
#ifndef DSPI_FILL_H
#define DSPI_FILL_H

struct fill {
    unsigned lowest, highest;
};

/* Lowest 100, highest 0, as long as nothing has been sampled. */
void fill_reset(struct fill *);
void fill_sample(struct fill *, unsigned percent);

#endif
