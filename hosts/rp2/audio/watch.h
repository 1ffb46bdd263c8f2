/*
 * Silence when a core is stuck: DMA would repeat what the rings have, a buzz, until the watchdog resets the
 * chip. Core 0's ticks tell: they stop when it masks interrupts or never returns from one, and when its audio
 * interrupt waits for core 1. Both cores look, by an interrupt more urgent than audio, as either may be the
 * one that no longer can.
 */
#ifndef DSPI_RP2_WATCH_H
#define DSPI_RP2_WATCH_H

/* On core 0, when the ticks have begun. */
void watch_init(void);

/* The core that calls it looks, too. */
void watch_begin(void);

#endif
