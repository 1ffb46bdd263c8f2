/*
 * The PDM output, on core 1: modulates what is in front of the line, a little ahead of it, and sends it by a
 * state machine of PIO 1. All of it lies in RAM: core 1 runs on while flash is written.
 */
#ifndef DSPI_RP2_PDM_LINE_H
#define DSPI_RP2_PDM_LINE_H

#include <stdbool.h>
#include <stdint.h>

/* How the state machine is set up, by hosts/rp2/outputs.c. */
struct pdm_line {
    bool used;
    uint8_t start; /* its program's first instruction, in PIO memory */
};
extern struct pdm_line pdm_line;

#define PDM_MACHINE 0 /* of PIO 1 */

/* Claims DMA channels and starts core 1. */
void pdm_line_init(void);

/* From the audio interrupt: whether PDM is to sound, and frame `number` of the stream and those that follow
 * it. */
void pdm_line_write(bool on, uint32_t number, const int32_t *samples, unsigned frames);

/* The lines it goes along with stop: returns when core 1 has let go of them. The rate is that of the next
 * start. */
void pdm_line_stop(void);
void pdm_line_begin(uint32_t rate);

/* Of core 1, percent. */
unsigned pdm_line_load(void);

#endif
