/*
 * Runs an encoder: interleaved stereo int32 samples on stdin, words on stdout.
 * encode-probe spdif|i2s RATE PACKET: sample rate in Hz, frames per call.
 */
#include "i2s.h"
#include "spdif.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PACKET = 1024 };

int main(int argc, char **argv) {
    unsigned packet = argc == 4 ? strtoul(argv[3], NULL, 0) : 0;
    if (packet < 1 || packet > MAX_PACKET) {
        fprintf(stderr, "usage: encode-probe spdif|i2s RATE PACKET(1 ... %d) <samples >words\n", MAX_PACKET);
        return 2;
    }
    struct spdif spdif;
    spdif_init(&spdif, strtoul(argv[2], NULL, 0));
    for (;;) {
        int32_t samples[MAX_PACKET][2], left[MAX_PACKET], right[MAX_PACKET];
        uint32_t words[MAX_PACKET * SPDIF_FRAME_WORDS];
        unsigned frames = fread(samples, sizeof *samples, packet, stdin), count;
        if (frames == 0) return 0;
        for (unsigned i = 0; i < frames; i++) {
            left[i] = samples[i][0];
            right[i] = samples[i][1];
        }
        if (strcmp(argv[1], "spdif") == 0) {
            spdif_encode(&spdif, left, right, frames, words);
            count = frames * SPDIF_FRAME_WORDS;
        } else {
            i2s_encode(left, right, frames, words);
            count = frames * I2S_FRAME_WORDS;
        }
        if (fwrite(words, sizeof *words, count, stdout) != count) {
            perror("encode-probe: stdout");
            return 1;
        }
    }
}
