/*
 * Starts hosts/desktop on a Cortex-M33 without an operating system: qemu's mps2-an505. Files, standard input
 * and output and the command line are qemu's own, by semihosting (Arm's "Semihosting for AArch32 and
 * AArch64").
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SYS_GET_CMDLINE             0x15
#define SYS_EXIT_EXTENDED           0x20
#define ADP_STOPPED_APPLICATIONEXIT 0x20026
#define CPACR (*(volatile uint32_t *)0xe000ed88) /* Armv8-M, D1.2.13: turns the floating-point unit on */
#define ARGUMENTS_MAX 16

int main(int count, char *arguments[]);
void initialise_monitor_handles(void); /* newlib: opens the standard streams */
static void start(void);

/* The stack is at the end of the PSRAM, above the heap (AN505, table 3-2). */
__attribute__((section(".text.0"), used)) static void (*const vectors[])(void) = {(void (*)(void))0x81000000,
                                                                                  start};

static int semihosting(int operation, void *block) {
    register int r0 __asm("r0") = operation;
    register void *r1 __asm("r1") = block;
    __asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static int split(char *line, char *arguments[]) {
    int count = 0;
    for (char *word = strtok(line, " "); word && count < ARGUMENTS_MAX; word = strtok(NULL, " "))
        arguments[count++] = word;
    return count;
}

static void start(void) {
    static char line[1024], *arguments[ARGUMENTS_MAX];
    CPACR |= 0xfu << 20;
    initialise_monitor_handles();
    struct {
        char *text;
        uint32_t bytes;
    } command_line = {line, sizeof line};
    if (semihosting(SYS_GET_CMDLINE, &command_line) != 0) exit(1);
    exit(main(split(line, arguments), arguments));
}

/* hosts/desktop/pipe.c keeps what it writes apart from what others print; nobody prints here. */
int dup(int file) {
    return file;
}
int dup2(int from, int to) {
    (void)from;
    return to;
}

void _fini(void) {} /* exit() of newlib calls it */

_Noreturn void _exit(int status) {
    uint32_t block[2] = {ADP_STOPPED_APPLICATIONEXIT, (uint32_t)status};
    for (;;)
        semihosting(SYS_EXIT_EXTENDED, block);
}
