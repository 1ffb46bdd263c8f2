/* What a Cortex-M33 in qemu needs to have a function called and its time taken: see m33.ts. */
#if defined(DSPI_RP2350)

#include <stdint.h>

extern void start(void);

__attribute__((section(".text.0"), used)) static void (*const vectors[])(void) = {(void (*)(void))0x10380000,
                                                                                  start};

struct job {
    uint32_t (*function)(uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t);
    uint32_t argument[8];
    uint32_t result, ticks;
};

/* Armv8-M ARM: CPACR turns the floating-point unit on. SSE-200 manual: timer 0, counting down. */
#define CPACR        (*(volatile uint32_t *)0xe000ed88)
#define TIMER_CTRL   (*(volatile uint32_t *)0x50000000)
#define TIMER_VALUE  (*(volatile uint32_t *)0x50000004)
#define TIMER_RELOAD (*(volatile uint32_t *)0x50000008)

__attribute__((noinline)) void done(void) {
    for (;;)
        __asm__ volatile("nop");
}

void run_job(struct job *job) {
    const uint32_t *a = job->argument;
    CPACR |= 0xfu << 20;
    TIMER_CTRL = 0;
    TIMER_RELOAD = TIMER_VALUE = 0xffffffff;
    TIMER_CTRL = 1;
    const uint32_t before = TIMER_VALUE;
    job->result = job->function(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
    job->ticks = before - TIMER_VALUE;
    done();
}

__attribute__((noinline)) void start_nothing(void) {}

/* A thousand instructions, to measure the clock with. */
void thousand(void) {
    __asm__ volatile(".rept 1000\n nop\n .endr");
}

void start(void) {
    done();
}

#endif
