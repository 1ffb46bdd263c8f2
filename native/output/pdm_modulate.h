/* The inner loop of pdm.c: a frame's bits. */
#ifndef DSPI_PDM_MODULATE_H
#define DSPI_PDM_MODULATE_H

#include "pdm.h"

/*
 * What a bit weighs. Two bits less than a sample's 28 leave integral2 room for 57 outputs; what they leave of
 * the input goes into the next word.
 */
#define PDM_INPUT_SHIFT 2
#define PDM_OUTPUT      ((int32_t)((PDM_FULL_SCALE >> PDM_INPUT_SHIFT) / PDM_MODULATION + 0.5))

void pdm_make_dither(void);

/* The bits of one frame, on the line from the last sample to this one. */
void pdm_modulate(struct pdm *, int32_t sample, uint8_t *bits);

#endif
