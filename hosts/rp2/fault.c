#include "fault.h"

#include <stdio.h>
#include <string.h>

#include "hardware/timer.h"
#include "hardware/watchdog.h"
#include "pico.h"

#include "../../native/xs/host.h"
#include "log.h"

#define WATCHDOG_MS 8000
#define RECORDED    0x4641554cu
#define TRIES       3        /* starts in a row */
#define LASTING_US  10000000 /* more than a thread that hangs is given */

struct record {
    uint32_t recorded, pc, lr, core;
    uint32_t failures; /* in a row */
};
static struct record __uninitialized_ram(record);

/* Puts a text in front of what was reported before, of which the end may get lost. */
static void report(const char *what) {
    char *text = host_report();
    const char *join = *text ? "; before that: " : "";
    const size_t head = strlen(what), between = strlen(join);
    log_write(what);
    memmove(text + head + between, text, HOST_REPORT_BYTES - head - between);
    memcpy(text, what, head);
    memcpy(text + head, join, between);
    text[HOST_REPORT_BYTES - 1] = 0;
}

static void report_fault(void) {
    char text[96];
    snprintf(text, sizeof text, "restarted after a fault at 0x%08lx, called from 0x%08lx, core %lu",
             record.pc, record.lr, record.core);
    report(text);
}

void fault_init(void) {
    const bool faulted = record.recorded == RECORDED, reset = watchdog_enable_caused_reboot();
    if (faulted)
        report_fault();
    else if (reset)
        report("restarted by the watchdog: the application did not come back");
    record.failures = faulted || reset ? record.failures + 1 : 0;
    if (fault_is_lasting()) report("every start fails: the application stays down");
    record.recorded = 0;
    watchdog_enable(WATCHDOG_MS, true);
}

bool fault_is_lasting(void) {
    return record.failures >= TRIES;
}

/* Core 0 may well be alive when core 1 is not: what has been recorded is to be told. */
void fault_alive(void) {
    if (record.recorded != RECORDED) watchdog_update();
    if (timer_hw->timerawl > LASTING_US) record.failures = 0;
}

/* `frame` is what the exception has stacked: r0-r3, r12, lr, pc, xPSR (Armv6-M, B1.5.6). */
__attribute__((used)) static void record_fault(const uint32_t *frame) {
    record.pc = frame[6];
    record.lr = frame[5];
    record.core = get_core_num();
    record.recorded = RECORDED;
    watchdog_reboot(0, 0, 1);
    for (;;) {
    }
}

/* Passes the stack that was in use: bit 2 of EXC_RETURN tells which. */
__attribute__((naked)) void isr_hardfault(void) {
    __asm volatile("movs r0, #4\n"
                   "mov r1, lr\n"
                   "tst r0, r1\n"
                   "beq 1f\n"
                   "mrs r0, psp\n"
                   "b 2f\n"
                   "1: mrs r0, msp\n"
                   "2: ldr r1, =record_fault\n"
                   "bx r1\n");
}
