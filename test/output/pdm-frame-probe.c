/*
 * Runs the PDM modulator's inner loop from any state. Per frame on stdin: the state (struct pdm) and an
 * int32 sample; on stdout the state after it and the bits.
 */
#include "pdm_modulate.h"

#include <stdio.h>

int main(void) {
    struct {
        struct pdm pdm;
        int32_t sample;
    } from;
    struct {
        struct pdm pdm;
        uint8_t bits[PDM_FRAME_BYTES];
    } to;
    pdm_make_dither();
    while (fread(&from, sizeof from, 1, stdin) == 1) {
        to.pdm = from.pdm;
        pdm_modulate(&to.pdm, from.sample, to.bits);
        if (fwrite(&to, sizeof to, 1, stdout) != 1) {
            perror("pdm-frame-probe: stdout");
            return 1;
        }
    }
    return 0;
}
