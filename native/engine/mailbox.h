/*
 * Hands settings from the control side to the audio side: whole or not at all, the newest wins, and neither
 * side ever waits for the other. Atomic loads and stores suffice (the M0+ has nothing more), whether the
 * audio side interrupts the control side or runs on the other core.
 *
 * Four slots: the audio side holds two (the ends of its glide), one is the last posted, one is being staged.
 * To take, the audio side first says that it holds the posted slot and then looks whether it is still the
 * posted one. The control side never stages into the posted slot, and posts another before it looks for a
 * free one: either it sees the claim, or the audio side sees the newer post and tries again.
 */
#ifndef DSPI_MAILBOX_H
#define DSPI_MAILBOX_H

#include <stdatomic.h>

#include "settings.h"

struct mailbox {
    struct settings slot[4];
    _Atomic uint32_t posted; /* slot | rate << 8, written by the control side */
    _Atomic uint32_t held;   /* slot glided from | slot glided to << 8, written by the audio side */
    uint32_t staging;        /* slot, the control side's own */
};

void mailbox_init(struct mailbox *);

/* Control side: the settings to change, and their posting; afterwards staging goes on with a copy. */
struct settings *mailbox_staging(struct mailbox *);
void mailbox_post(struct mailbox *, uint32_t rate);

/* Audio side. */
bool mailbox_fits(const struct mailbox *, uint32_t rate);   /* the last posted are for this rate */
bool mailbox_is_new(const struct mailbox *, uint32_t rate); /* and have not been taken yet */
void mailbox_take(struct mailbox *);                        /* they become `to`, and `to` becomes `from` */
void mailbox_arrive(struct mailbox *);                      /* `from` is `to` now */
const struct settings *mailbox_from(const struct mailbox *);
const struct settings *mailbox_to(const struct mailbox *);

#endif
