/* The clock that the benches give to the engine, in what they count: see m0plus.ts and m33.c. */
#include <stdint.h>

uint32_t bench_clock(void) {
#if defined(DSPI_RP2350)
    return -*(volatile uint32_t *)0x50000004; /* SSE-200 timer 0, which counts down */
#else
    return *(volatile uint32_t *)0x40054028; /* RP2040 datasheet 4.6.5: TIMERAWL */
#endif
}
