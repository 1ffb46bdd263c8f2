/* The thread of core 0, on a stack of its own: interrupts keep the one they have. */
#ifndef DSPI_RP2_THREAD_H
#define DSPI_RP2_THREAD_H

_Noreturn void thread_run(void (*body)(void));

#endif
