#include "mck.h"

#include "hardware/pio.h"

#include "lines.h"

static unsigned multiplier;

void mck_set(unsigned wanted, uint32_t rate) {
    multiplier = wanted;
    mck_follow(rate);
}

unsigned mck_multiplier(void) {
    return multiplier;
}

void mck_follow(uint32_t rate) {
    if (multiplier) pio1_hw->sm[MCK_MACHINE].clkdiv = lines_divider(rate, 2 * multiplier);
}
