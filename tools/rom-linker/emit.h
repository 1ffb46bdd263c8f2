/* Writes a shared machine as C: constant slots that a compiler for any chip can lay out. */
#ifndef DSPI_ROM_EMIT_H
#define DSPI_ROM_EMIT_H

#include "xsAll.h"

#include "image.h"

/* The machine as `const txPreparation xs_rom`; false, reported, when something in it cannot be in ROM. */
bool emit(txMachine *, const struct image_header *, FILE *);

#endif
