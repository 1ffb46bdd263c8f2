/* A program of pio/ and the settings its source asks for; all of them only send, and pull 32 bits by
 * themselves. */
#ifndef DSPI_RP2_PIO_CODE_H
#define DSPI_RP2_PIO_CODE_H

#include <stdbool.h>

#include "hardware/pio.h"

struct pio_code {
    struct pio_program program;
    uint8_t wrap_target, wrap, start;
    uint8_t sideset_bits;
    bool right; /* the least significant bit goes first */
};

#endif
