/*
 * Runs many small programs on a Cortex-M33, each from a given state, and notes the state it ends in: by an
 * exception that every program is entered from and ends with, be it SVC or a fault. See validate.ts, which
 * shares the records' layout.
 */
#include <stdint.h>

#include "semihosting.h"

struct record {
    uint32_t r[16]; /* r0 to r12, SP, LR, PC */
    uint32_t xpsr;
    uint32_t s[32];
    uint32_t fpscr;
    uint32_t exception, status, exc_return, memory;
};

#define SCRATCH_WORDS 256

/* Written by the loader behind the image: validate.ts. */
#define records         ((struct record *)0x10100000)
#define scratch         ((uint32_t *)0x10040000)
#define record_count    (*(uint32_t *)0x10030000)
#define scratch_pattern (*(uint32_t *)0x10030004)

struct record *current;
static uint32_t done;

#define CFSR  (*(volatile uint32_t *)0xe000ed28)
#define SHCSR (*(volatile uint32_t *)0xe000ed24)
#define CPACR (*(volatile uint32_t *)0xe000ed88)

void start(void);
void handler(void);

__attribute__((section(".text.0"), used)) static void (*const vectors[16])(void) = {
    (void (*)(void))0x10380000, start, [2 ... 15] = handler};

static void load(struct record *record, uint32_t *frame) {
    for (uint32_t i = 0; i < SCRATCH_WORDS; i++)
        scratch[i] = (i + 1) * scratch_pattern;
    for (int i = 0; i < 4; i++)
        frame[i] = record->r[i];
    frame[4] = record->r[12];
    frame[5] = record->r[14];
    frame[6] = record->r[15];
    frame[7] = record->xpsr | 1u << 24 | 1u << 20 | (record->r[13] & 4 ? 1u << 9 : 0);
    for (int i = 0; i < 16; i++)
        frame[8 + i] = record->s[i];
    frame[24] = record->fpscr;
    CFSR = CFSR;
}

static void save(struct record *record, const uint32_t *frame, uint32_t exc_return) {
    for (int i = 0; i < 4; i++)
        record->r[i] = frame[i];
    record->r[12] = frame[4];
    record->r[13] = (uint32_t)frame + 0x68 + (frame[7] & 1u << 9 ? 4 : 0);
    record->r[14] = frame[5];
    record->r[15] = frame[6];
    record->xpsr = frame[7];
    for (int i = 0; i < 16; i++)
        record->s[i] = frame[8 + i];
    record->fpscr = frame[24];
    __asm__ volatile("mrs %0, ipsr" : "=r"(record->exception));
    record->status = CFSR;
    record->exc_return = exc_return;
    uint32_t sum = 0;
    for (uint32_t i = 0; i < SCRATCH_WORDS; i++)
        sum = (sum << 5 | sum >> 27) ^ scratch[i];
    record->memory = sum;
}

/* The frame of the program that has ended, and the one of the next program to return to. */
uint32_t *next(uint32_t *frame, uint32_t exc_return) {
    save(current, frame, exc_return);
    if (++done == record_count) finish(records, record_count * sizeof(struct record));
    current++;
    frame = (uint32_t *)((current->r[13] - 0x68) & ~7u);
    load(current, frame);
    return frame;
}

__attribute__((naked)) void handler(void) {
    __asm__ volatile("ldr r0, =current\n"
                     "ldr r1, [r0]\n"
                     "add r2, r1, #16\n"
                     "stm r2, {r4-r11}\n"
                     "add r2, r1, #132\n"
                     "vstm r2, {s16-s31}\n"
                     "mrs r0, psp\n"
                     "mov r1, lr\n"
                     "bl next\n"
                     "b enter\n");
}

__attribute__((naked, used)) static void enter(void) {
    __asm__ volatile("msr psp, r0\n"
                     "ldr r0, =current\n"
                     "ldr r1, [r0]\n"
                     "add r2, r1, #16\n"
                     "ldm r2, {r4-r11}\n"
                     "add r2, r1, #132\n"
                     "vldm r2, {s16-s31}\n"
                     "mvn lr, #0x12\n"
                     "bx lr\n");
}

__attribute__((used)) static uint32_t *first(void) {
    current = records;
    uint32_t *frame = (uint32_t *)((current->r[13] - 0x68) & ~7u);
    load(current, frame);
    return frame;
}

static uint32_t table[16] __attribute__((aligned(128)));

__attribute__((used)) static void all_to_handler(void) {
    table[11] = (uint32_t)handler;
}

/* A return from an exception needs one to return from. */
__attribute__((naked)) static void begin(void) {
    __asm__ volatile("bl all_to_handler\n"
                     "bl first\n"
                     "b enter\n");
}

void start(void) {
    for (int i = 0; i < 16; i++)
        table[i] = (uint32_t)handler;
    table[11] = (uint32_t)begin;
    *(volatile uint32_t *)0xe000ed08 = (uint32_t)table;
    CPACR = 0xfu << 20;
    SHCSR = 0xfu << 16;
    __asm__ volatile("svc 0");
}
