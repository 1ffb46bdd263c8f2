#include "thread.h"

#include "pico.h"

/* C_STACK_BYTES of it for XS (CMakeLists.txt), the rest for telling where it was when they were used up. */
#define STACK_BYTES 5120

static uint64_t __uninitialized_ram(thread_stack)[STACK_BYTES / sizeof(uint64_t)];

/* Thread mode takes the process stack pointer from here on (Armv6-M and Armv8-M, CONTROL.SPSEL). */
_Noreturn void thread_run(void (*body)(void)) {
    __asm volatile("msr psp, %0\n"
                   "movs r0, #2\n"
                   "msr control, r0\n"
                   "isb\n"
                   "blx %1\n"
                   :
                   : "r"((uintptr_t)thread_stack + sizeof thread_stack), "r"(body)
                   : "r0", "memory");
    __builtin_unreachable();
}
