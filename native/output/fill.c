#include "fill.h"

void fill_reset(struct fill *fill) {
    *fill = (struct fill){.lowest = 100, .highest = 0};
}

void fill_sample(struct fill *fill, unsigned percent) {
    if (percent < fill->lowest) fill->lowest = percent;
    if (percent > fill->highest) fill->highest = percent;
}
