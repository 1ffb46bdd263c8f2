/* What each GPIO carries, and what the stereo slots and the PDM pin sent. */
#ifndef DSPI_DESKTOP_OUTPUTS_H
#define DSPI_DESKTOP_OUTPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../native/engine/dimensions.h"

#if defined(DSPI_RP2040)
#define GPIO_COUNT 29
#else
#define GPIO_COUNT 30
#endif

enum slot_type { SLOT_SPDIF, SLOT_I2S };

struct outputs {
    struct {
        bool configured;
        uint8_t type, pin;
    } slots[DSPI_SLOTS];
    struct {
        bool configured;
        uint8_t pin;
    } pdm;
    struct {
        bool configured, mck_on;
        uint8_t bck, mck; /* the word clock is on bck + 1 */
    } clocks;
    bool driven_high[GPIO_COUNT]; /* from outside; a released pin reads 0 */
};

struct pin {
    const char *function; /* below 13 characters */
    bool output;
    uint8_t level; /* of a pin that carries a signal: 0 */
};

struct pin outputs_pin(const struct outputs *, unsigned pin);

/* Drives a pin that is an input; false when it is an output or does not exist. */
bool outputs_drive(struct outputs *, unsigned pin, bool high);

#endif
