/*
 * Runs single bands in C. Standard input: records of a band_design, a band_state, a count of samples
 * (uint32), and the samples; standard output: for each, the band, the state and the samples afterwards.
 */
#include <stdio.h>
#include <stdlib.h>

#include "arithmetic.h"

static void get(void *to, size_t bytes) {
    if (fread(to, 1, bytes, stdin) != bytes) exit(1);
}

int main(void) {
    struct band_design design;
    while (fread(&design, sizeof design, 1, stdin) == 1) {
        static sample_t samples[1 << 16];
        struct band band = {0};
        struct band_state state;
        uint32_t count;
        get(&state, sizeof state);
        get(&count, sizeof count);
        get(samples, count * sizeof *samples);
        if (!band_quantise(&band, &design)) return 1;
        cascade_run(&band, &state, 1, samples, count, 0);
        fwrite(&band, sizeof band, 1, stdout);
        fwrite(&state, sizeof state, 1, stdout);
        fwrite(samples, sizeof *samples, count, stdout);
    }
    return 0;
}
