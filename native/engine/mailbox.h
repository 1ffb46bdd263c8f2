/*
 * Hands settings from the control side to the audio side: whole or not at all, the newest wins, and neither
 * side ever waits for the other. Atomic loads and stores suffice (the M0+ has nothing more), whether the
 * audio side interrupts the control side or runs on the other core.
 *
 * Three slots: while the audio side glides it holds two, the ends of its glide, and the third is posted, or
 * being staged. To take, the audio side first says that it holds the posted slot and then looks whether it is
 * still posted. The control side stages only where it has seen no claim after the slot was last posted: when
 * the one that waits for the glide's end is the only one left, it takes that back, and then looks whether it
 * was claimed. So either it sees the claim, or the audio side sees that the post has gone.
 */
#ifndef DSPI_MAILBOX_H
#define DSPI_MAILBOX_H

#include <stdatomic.h>

#include "settings.h"

#define MAILBOX_SLOTS 3

struct mailbox {
    struct settings slot[MAILBOX_SLOTS];
    _Atomic uint32_t posted; /* slot | rate << 8, written by the control side; rate 0: none is */
    _Atomic uint32_t held;   /* slot glided from | slot glided to << 8, written by the audio side */
    uint32_t staging;        /* slot, or MAILBOX_SLOTS for none; the control side's own */
};

void mailbox_init(struct mailbox *);

/*
 * Control side: the settings to change, which are a copy of those posted last, and their posting. The control
 * side's pointer is good until it posts. From the first change on to the next post, the audio side may not
 * see what was posted before and waits for its glide's end.
 */
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
