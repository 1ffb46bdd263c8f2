/*
 * The PDM output: core 0 says what is to sound and keeps its state machine of PIO 1 in step with the other
 * lines, core 1 modulates a little ahead of it. Once PDM is wanted the line goes on from stream to stream and
 * sends its idle pattern in between: a pin that falls to 0 is a thump. All of it lies in RAM.
 */
#ifndef DSPI_RP2_PDM_LINE_H
#define DSPI_RP2_PDM_LINE_H

#include <stdbool.h>
#include <stdint.h>

#define PDM_MACHINE 0 /* of PIO 1 */

/* Claims DMA channels. */
void pdm_line_init(void);

/* --- core 0, where nothing interrupts it that does the like --- */

/* The state machine has been set up, its program begins at `start` in PIO memory; or it is no longer. */
void pdm_line_set_up(uint8_t start);
void pdm_line_take_down(void);

/* Before frame 0 of a stream is written: the rate of what comes. */
void pdm_line_begin(uint32_t rate);

/* Whether PDM is to sound, and frame `number` of the stream and those that follow it. */
void pdm_line_write(bool wanted, uint32_t number, const int32_t *samples, unsigned frames);

/* Around the other lines' start with a frame: waits, if it already sends, until a frame of its own begins;
 * and goes along with them from then on. */
void pdm_line_wait(void);
void pdm_line_start(uint32_t frame);

/* The other lines have stopped. */
void pdm_line_leave(void);

/* At every tick: rests when PDM is wanted no longer, and has faded out. */
void pdm_line_rest(void);

/* From any interrupt of either core: idles, whatever it is given, or does so no longer. */
void pdm_line_silence(bool);

/* What core 1 spends on it, in us a ms: known from the first packet on, which is shared by it. How often it
 * was late. */
uint32_t pdm_line_cost(void);
uint32_t pdm_line_underruns(void);

/* --- core 1 --- */

/* Modulates some frames; false when there is nothing to do. */
bool pdm_line_work(void);

/* Whether that is more urgent than anything else; and whether there will be more without anyone telling. */
bool pdm_line_is_urgent(void);
bool pdm_line_goes_on(void);

#endif
