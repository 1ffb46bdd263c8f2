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

void mailbox_init(struct mailbox *mailbox) {
    for (unsigned slot = 0; slot < 4; slot++)
        settings_init(&mailbox->slot[slot]);
    atomic_store(&mailbox->posted, 0); /* slot 0, for no rate */
    atomic_store(&mailbox->held, 0);
    mailbox->staging = 1;
}

struct settings *mailbox_staging(struct mailbox *mailbox) {
    return &mailbox->slot[mailbox->staging];
}

void mailbox_post(struct mailbox *mailbox, uint32_t rate) {
    const uint32_t posted = mailbox->staging;
    atomic_store(&mailbox->posted, posted | rate << 8);
    const uint32_t held = atomic_load(&mailbox->held);
    uint32_t free = 0;
    while (free == posted || free == from_slot(held) || free == to_slot(held))
        free++;
    mailbox->slot[free] = mailbox->slot[posted];
    mailbox->staging = free;
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
        atomic_store(&mailbox->held, from | posted_slot(posted) << 8);
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
