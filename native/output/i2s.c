#include "i2s.h"

void i2s_encode(const int32_t *left, const int32_t *right, unsigned frames, uint32_t *words) {
    for (unsigned i = 0; i < frames; i++) {
        *words++ = (uint32_t)left[i] << 8;
        *words++ = (uint32_t)right[i] << 8;
    }
}
