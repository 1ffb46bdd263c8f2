/*
 * Who interrupts whom on core 0. Above the line all code and constants lie in RAM and run on while flash is
 * written; below it, and in the thread that runs XS, they lie in flash.
 *
 *   USB controller   takes isochronous packets, notes everything else
 *   audio            a packet's way through engine and encoders
 *   -----
 *   USB task         TinyUSB: control requests that need no application
 *   thread           the application
 */
#ifndef DSPI_RP2_PRIORITIES_H
#define DSPI_RP2_PRIORITIES_H

#include "hardware/irq.h"

#define AUDIO_IRQ    FIRST_USER_IRQ
#define USB_TASK_IRQ (FIRST_USER_IRQ + 1)

#define USB_PRIORITY      0x00
#define AUDIO_PRIORITY    0x40
#define USB_TASK_PRIORITY 0xc0

static inline void interrupt_handle(unsigned irq, irq_handler_t handler, uint8_t priority) {
    irq_set_exclusive_handler(irq, handler);
    irq_set_priority(irq, priority);
}

/* Of the NVIC (Armv6-M and Armv8-M alike); the SDK's functions for this lie in flash. */
static inline void interrupt_pend(unsigned irq) {
    *(volatile uint32_t *)(0xe000e200u + irq / 32 * 4) = 1u << irq % 32;
}
static inline void interrupt_enable(unsigned irq) {
    *(volatile uint32_t *)(0xe000e100u + irq / 32 * 4) = 1u << irq % 32;
}
/* What follows it can no longer be interrupted by `irq`. */
static inline void interrupt_disable(unsigned irq) {
    *(volatile uint32_t *)(0xe000e180u + irq / 32 * 4) = 1u << irq % 32;
    __asm volatile("dsb\n isb" ::: "memory");
}

#endif
