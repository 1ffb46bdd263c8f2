#include "outputs.h"

/* The clocks of I2S run while at least one slot sends it. */
static bool any_i2s(const struct outputs *outputs) {
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++)
        if (outputs->slots[slot].configured && outputs->slots[slot].type == SLOT_I2S) return true;
    return false;
}

static const char *carried(const struct outputs *outputs, unsigned pin) {
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++)
        if (outputs->slots[slot].configured && outputs->slots[slot].pin == pin)
            return outputs->slots[slot].type == SLOT_I2S ? "i2s data" : "spdif";
    if (outputs->pdm.configured && outputs->pdm.pin == pin) return "pdm";
    if (!outputs->clocks.configured || !any_i2s(outputs)) return NULL;
    if (outputs->clocks.bck == pin) return "i2s bck";
    if (outputs->clocks.bck + 1u == pin) return "i2s lrclk";
    if (outputs->clocks.mck_on && outputs->clocks.mck == pin) return "mck";
    return NULL;
}

struct pin outputs_pin(const struct outputs *outputs, unsigned pin) {
    const char *function = carried(outputs, pin);
    if (function) return (struct pin){.function = function, .output = true};
    return (struct pin){.function = "gpio", .level = outputs->driven_high[pin]};
}

bool outputs_drive(struct outputs *outputs, unsigned pin, bool high) {
    if (pin >= GPIO_COUNT || carried(outputs, pin)) return false;
    outputs->driven_high[pin] = high;
    return true;
}
