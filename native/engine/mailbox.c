#include "mailbox.h"

static uint32_t posted_slot(uint32_t posted) {
    return posted & 0xff;
}
static uint32_t posted_rate(uint32_t posted) {
    return posted >> 8;
}
static uint32_t from_slot(uint32_t held) {
    return held & 0xff;
}
static uint32_t to_slot(uint32_t held) {
    return held >> 8;
}

static bool is_held(uint32_t held, uint32_t slot) {
    return slot == from_slot(held) || slot == to_slot(held);
}

/* A slot that is neither posted nor held; MAILBOX_SLOTS when there is none. */
static uint32_t free_slot(uint32_t posted, uint32_t held) {
    uint32_t free = 0;
    while (free < MAILBOX_SLOTS && (free == posted || is_held(held, free)))
        free++;
    return free;
}

void mailbox_init(struct mailbox *mailbox) {
    settings_init(&mailbox->slot[0]);
    atomic_store(&mailbox->posted, 0); /* slot 0, for no rate */
    atomic_store(&mailbox->held, 0);
    mailbox->staging = MAILBOX_SLOTS;
}

static uint32_t begin_staging(struct mailbox *mailbox) {
    const uint32_t last = posted_slot(atomic_load(&mailbox->posted));
    uint32_t held = atomic_load(&mailbox->held), free = free_slot(last, held);
    if (free == MAILBOX_SLOTS) {
        atomic_store(&mailbox->posted, 0);
        held = atomic_load(&mailbox->held);
        if (!is_held(held, last)) return last;
        free = free_slot(last, held); /* the glide has ended, and has left one */
    }
    mailbox->slot[free] = mailbox->slot[last];
    return free;
}

struct settings *mailbox_staging(struct mailbox *mailbox) {
    if (mailbox->staging == MAILBOX_SLOTS) mailbox->staging = begin_staging(mailbox);
    return &mailbox->slot[mailbox->staging];
}

void mailbox_post(struct mailbox *mailbox, uint32_t rate) {
    mailbox_staging(mailbox);
    atomic_store(&mailbox->posted, mailbox->staging | rate << 8);
    mailbox->staging = MAILBOX_SLOTS;
}

bool mailbox_fits(const struct mailbox *mailbox, uint32_t rate) {
    return posted_rate(atomic_load(&mailbox->posted)) == rate;
}

bool mailbox_is_new(const struct mailbox *mailbox, uint32_t rate) {
    const uint32_t posted = atomic_load(&mailbox->posted);
    return posted_rate(posted) == rate && posted_slot(posted) != to_slot(atomic_load(&mailbox->held));
}

void mailbox_take(struct mailbox *mailbox) {
    const uint32_t from = to_slot(atomic_load(&mailbox->held));
    uint32_t posted;
    do {
        posted = atomic_load(&mailbox->posted);
        const uint32_t to = posted_rate(posted) ? posted_slot(posted) : from;
        atomic_store(&mailbox->held, from | to << 8);
    } while (atomic_load(&mailbox->posted) != posted);
}

void mailbox_arrive(struct mailbox *mailbox) {
    const uint32_t to = to_slot(atomic_load(&mailbox->held));
    atomic_store(&mailbox->held, to | to << 8);
}

const struct settings *mailbox_from(const struct mailbox *mailbox) {
    return &mailbox->slot[from_slot(atomic_load(&mailbox->held))];
}

const struct settings *mailbox_to(const struct mailbox *mailbox) {
    return &mailbox->slot[to_slot(atomic_load(&mailbox->held))];
}
