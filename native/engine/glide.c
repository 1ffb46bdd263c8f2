#include "glide.h"

void glide_start(struct glide *glide, uint32_t rate) {
    glide->active = true;
    glide->position = 0;
    glide->length = rate > 48000 ? 3072 : 1536; /* 32 ms at 48 and 96 kHz */
}

void glide_start_short(struct glide *glide, uint32_t rate) {
    glide_start(glide, rate);
    glide->length /= 4;
}

void glide_packet(struct glide *glide, unsigned frames) {
    const uint32_t position = glide->position, length = glide->length;
    if (!glide->active) return;
    for (unsigned n = 0; n < frames; n++)
        glide->weight[n] = weight_at(position + n, length);
}

void glide_advance(struct glide *glide, unsigned frames) {
    glide->elapsed += frames;
    if (glide->active) glide->position += frames;
}
