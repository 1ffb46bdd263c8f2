/* The programs of pio/, as the Pico SDK's pioasm has assembled them for mcconfig, for hosts/rp2/outputs.c. */
#ifndef DSPI_PIO_PROGRAMS_H
#define DSPI_PIO_PROGRAMS_H

#include "pio_code.h"

#include "i2s.pio.h"
#include "mck.pio.h"
#include "pdm.pio.h"
#include "spdif.pio.h"

/* What a struct pio_code has and pioasm's header has not, by name: the source's .side_set and .out. */
#define PIO_CODE(NAME, START, SIDESET_BITS, RIGHT)                                                           \
    static const struct pio_code NAME##_code = {                                                             \
        .program = {.instructions = NAME##_program_instructions,                                             \
                    .length = sizeof NAME##_program_instructions / 2,                                        \
                    .origin = -1},                                                                           \
        .wrap_target = NAME##_wrap_target,                                                                   \
        .wrap = NAME##_wrap,                                                                                 \
        .start = START,                                                                                      \
        .sideset_bits = SIDESET_BITS,                                                                        \
        .right = RIGHT,                                                                                      \
    };

PIO_CODE(i2s, i2s_offset_start, 2, false)
PIO_CODE(i2s_data, 0, 0, false)
PIO_CODE(mck, 0, 0, true)
PIO_CODE(pdm, 0, 0, false)
PIO_CODE(spdif, 0, 0, true)

#endif
