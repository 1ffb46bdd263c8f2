/*
 * Settings posted and taken at once: by another thread, and by a signal handler that interrupts the poster.
 * What is taken must be of one post, and never older than what was taken before.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "mailbox.h"

enum { RATE = 48000 };

static struct mailbox mailbox;
static volatile sig_atomic_t taken, torn, older;
static uint32_t last;

/* A post carries its number in fields that lie apart. */
static uint32_t number_of(const struct settings *settings) {
    return settings->delay[0] | (uint32_t)settings->active[0] << 16;
}

/* The audio side at a packet edge: takes what is new, now and then only after a while of gliding. */
static void take(void) {
    if (!mailbox_is_new(&mailbox, RATE)) return;
    mailbox_take(&mailbox);
    const struct settings *to = mailbox_to(&mailbox);
    const uint32_t number = number_of(to);
    for (int again = 0; again < 3; again++) {
        if (number_of(to) != number) torn++;
        for (unsigned output = 0; output < DSPI_OUTPUTS; output++)
            if (to->delay[output] != (uint16_t)number) torn++;
    }
    if (number < last) older++;
    last = number;
    taken++;
    if (taken % 3) mailbox_arrive(&mailbox);
}

static void post(uint32_t number) {
    struct settings *staging = mailbox_staging(&mailbox);
    staging->active[0] = (uint16_t)(number >> 16);
    for (unsigned output = DSPI_OUTPUTS; output-- > 0;)
        staging->delay[output] = (uint16_t)number;
    mailbox_post(&mailbox, RATE);
}

static _Atomic int done;

static void *other_core(void *unused) {
    (void)unused;
    while (!atomic_load(&done))
        take();
    return NULL;
}

static void interrupt(int signal) {
    (void)signal;
    take();
}

static void post_until(int wanted) {
    for (uint32_t number = 1; taken < wanted; number++)
        post(number);
}

/* What waits for a glide's end stays where it is until more is staged, and goes along with that then. */
static void wait_for_a_glide(void) {
    mailbox_init(&mailbox);
    post(1);
    mailbox_take(&mailbox); /* and glides */
    post(2);
    printf("waiting: %d", mailbox_is_new(&mailbox, RATE));
    mailbox_staging(&mailbox)->bypass = true;
    printf(", while more is staged: %d", mailbox_is_new(&mailbox, RATE));
    mailbox_post(&mailbox, RATE);
    mailbox_arrive(&mailbox);
    mailbox_take(&mailbox);
    const struct settings *to = mailbox_to(&mailbox);
    printf(", then taken: %u, %d\n", number_of(to), to->bypass);
}

static int report(const char *how) {
    printf("%s: %d torn, %d older\n", how, (int)torn, (int)older);
    return torn || older;
}

int main(void) {
    wait_for_a_glide();
    mailbox_init(&mailbox);
    pthread_t thread;
    pthread_create(&thread, NULL, other_core, NULL);
    post_until(20000);
    atomic_store(&done, 1);
    pthread_join(thread, NULL);
    int failed = report("another core");

    taken = torn = older = last = 0;
    mailbox_init(&mailbox);
    signal(SIGALRM, interrupt);
    const struct itimerval every = {{0, 100}, {0, 100}};
    setitimer(ITIMER_REAL, &every, NULL);
    post_until(2000);
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    return failed | report("an interrupt");
}
