/*
 * Performs a random script in thread mode and in handlers: sets exceptions pending, moves priorities and
 * masks, faults, uses the float unit; and logs what runs when, in which state. See exceptions.ts.
 */
#include <stdint.h>

#include "semihosting.h"

/* Written by the loader behind the image. */
#define script      ((const uint32_t *)0x10100000)
#define script_size (*(const uint32_t *)0x10030000)
#define log         ((uint32_t *)0x10200000)

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define ICSR              REGISTER(0xe000ed04)
#define VTOR              REGISTER(0xe000ed08)
#define AIRCR             REGISTER(0xe000ed0c)
#define SHPR              ((volatile uint8_t *)0xe000ed18)
#define SHCSR             REGISTER(0xe000ed24)
#define CPACR             REGISTER(0xe000ed88)
#define ISER1             REGISTER(0xe000e104)
#define ICER1             REGISTER(0xe000e184)
#define ISPR1             REGISTER(0xe000e204)
#define ICPR1             REGISTER(0xe000e284)
#define IABR1             REGISTER(0xe000e304)
#define IPR               ((volatile uint8_t *)0xe000e400)

#define FIRST_IRQ 32
#define VECTORS   (16 + FIRST_IRQ + 16)

void start(void);
void enter(void);

__attribute__((section(".text.0"), used)) static void (*const vectors[])(void) = {(void (*)(void))0x10380000,
                                                                                  start};

static uint32_t cursor, logged;
static volatile float sum = 1;

#define READ(name)                                                                                           \
    ({                                                                                                       \
        uint32_t value_;                                                                                     \
        __asm__ volatile("mrs %0, " #name : "=r"(value_));                                                   \
        value_;                                                                                              \
    })
#define WRITE(name, value) __asm__ volatile("msr " #name ", %0\n isb" : : "r"(value) : "memory")

static void note(uint32_t word) {
    log[logged++] = word;
}

static void perform(uint32_t operation) {
    const uint32_t a = operation >> 8 & 0xff, b = operation >> 16 & 0xff;
    const uint32_t ipsr = READ(ipsr);
    switch (operation & 0xff) {
    case 0:
        ISPR1 = 1u << (a & 15);
        break;
    case 1:
        IPR[FIRST_IRQ + (a & 15)] = b & 0xf0;
        break;
    case 2:
        WRITE(basepri, b & 0xf0);
        break;
    case 3:
        WRITE(primask, a & 1);
        break;
    case 4:
        WRITE(faultmask, a & 1);
        break;
    case 5:
        ICSR = 1u << 28;
        break;
    case 6:
        ICSR = 1u << 26;
        break;
    case 7:
        if (ipsr == 0 && !READ(primask) && !READ(faultmask) && !READ(basepri)) __asm__ volatile("svc 1");
        break;
    case 8:
        sum = sum * 1.25f + (float)a;
        note(*(volatile uint32_t *)&sum);
        break;
    case 9:
        __asm__ volatile("sev\n wfe");
        break;
    case 10:
        AIRCR = 0x05fa0000 | (a & 7) << 8;
        break;
    case 11:
        if (a & 16)
            ISER1 = 1u << (a & 15);
        else
            ICER1 = 1u << (a & 15);
        break;
    case 12:
        if (ipsr != 2 && ipsr != 3 && !READ(faultmask)) __asm__ volatile("udf 0");
        break;
    case 13:
        ICSR = 1u << 31;
        break;
    case 14:
        ICPR1 = 1u << (a & 15);
        break;
    case 15: {
        static const uint8_t places[] = {2, 7, 10, 11};
        SHPR[places[a & 3]] = b & 0xf0;
        break;
    }
    case 16:
        WRITE(basepri_max, b & 0xf0);
        break;
    case 17:
        ICSR = 1u << (a & 1 ? 27 : 25);
        break;
    }
    __asm__ volatile("dsb\n isb");
}

static void some(uint32_t count) {
    while (count-- > 0 && cursor < script_size) {
        const uint32_t at = cursor++;
        perform(script[at]);
        note(at << 16 | READ(ipsr) << 4 | READ(primask) << 1 | READ(faultmask));
    }
}

__attribute__((used)) static void handle(uint32_t exc_return, uint32_t *frame) {
    const uint32_t ipsr = READ(ipsr);
    note(0x80000000 | exc_return << 16 | ipsr);
    note(ICSR);
    note(IABR1);
    note(SHCSR);
    note(READ(basepri) << 8 | READ(control));
    note(frame[7]);
    if ((ipsr == 6 || ipsr == 3) && *(uint16_t *)frame[6] == 0xde00) frame[6] += 2;
    if (cursor < script_size) some(script[cursor] >> 24 & 7);
}

__attribute__((naked)) void enter(void) {
    __asm__ volatile("mov r0, lr\n"
                     "tst lr, #4\n"
                     "ite eq\n"
                     "mrseq r1, msp\n"
                     "mrsne r1, psp\n"
                     "push {r4, lr}\n"
                     "bl handle\n"
                     "pop {r4, pc}\n");
}

static void thread(void) {
    while (cursor < script_size)
        some(1);
    WRITE(primask, 1);
    finish(log, 4 * logged);
}

void start(void) {
    static uint32_t table[VECTORS] __attribute__((aligned(512)));
    for (int i = 0; i < VECTORS; i++)
        table[i] = (uint32_t)enter;
    VTOR = (uint32_t)table;
    CPACR = 0xfu << 20;
    SHCSR = 1u << 18;
    __asm__ volatile("msr psp, %0\n"
                     "msr control, %1\n"
                     "isb" ::"r"(0x10370000),
                     "r"(2));
    thread();
}
