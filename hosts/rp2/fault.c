#include "fault.h"

#include <stdio.h>
#include <string.h>

#include "hardware/watchdog.h"
#include "pico.h"

#include "../../native/xs/host.h"
#include "log.h"

#define WATCHDOG_MS 8000
#define RECORDED    0x4641554cu

struct record {
    uint32_t recorded, pc, lr, core;
};
static struct record __uninitialized_ram(record);

void fault_init(void) {
    char *text = host_report();
    const bool faulted = record.recorded == RECORDED;
    if (faulted)
        snprintf(text, HOST_REPORT_BYTES, "restarted after a fault at 0x%08lx, called from 0x%08lx, core %lu",
                 record.pc, record.lr, record.core);
    else if (watchdog_enable_caused_reboot())
        strcpy(text, "restarted by the watchdog: the application did not come back");
    if (faulted || watchdog_enable_caused_reboot()) log_write(text);
    record.recorded = 0;
    watchdog_enable(WATCHDOG_MS, true);
}

/* Core 0 may well be alive when core 1 is not: what has been recorded is to be told. */
void fault_alive(void) {
    if (record.recorded != RECORDED) watchdog_update();
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
