/*
 * Runs the PDM modulator: int32 samples on stdin, bits on stdout.
 * pdm-probe PACKET START STOP [UPSET]: frames per call, the frames at which it is started and stopped, and
 * what its integrals are at the start.
 * Last line on stderr: "IDLE NANOSECONDS": the first frame after STOP that was idle (-1 if none), and the CPU
 * time.
 */
#include "pdm.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MAX_PACKET = 1024 };

int main(int argc, char **argv) {
    if (argc < 4 || argc > 5) {
        fputs("usage: pdm-probe PACKET START STOP [UPSET] <samples >bits\n", stderr);
        return 2;
    }
    unsigned packet = strtoul(argv[1], NULL, 0);
    long start = atol(argv[2]), stop = atol(argv[3]), idle = -1, frame = 0;
    if (packet < 1 || packet > MAX_PACKET) {
        fprintf(stderr, "pdm-probe: PACKET is %s, expected 1 ... %d frames\n", argv[1], MAX_PACKET);
        return 2;
    }
    struct pdm pdm;
    pdm_init(&pdm);
    clock_t spent = 0;
    for (;;) {
        /* A packet ends early at START and STOP, so that they act at their frame. */
        unsigned frames = packet;
        if (start > frame && start < frame + frames) frames = start - frame;
        if (stop > frame && stop < frame + frames) frames = stop - frame;
        int32_t samples[MAX_PACKET];
        _Alignas(4) uint8_t bits[MAX_PACKET * PDM_FRAME_BYTES];
        frames = fread(samples, sizeof *samples, frames, stdin);
        if (frames == 0) break;
        if (frame == start) pdm_start(&pdm);
        if (frame == start && argc == 5) pdm.integral1 = pdm.integral2 = (int32_t)atol(argv[4]);
        if (frame == stop) pdm_stop(&pdm);
        clock_t before = clock();
        pdm_process(&pdm, samples, frames, bits);
        spent += clock() - before;
        frame += frames;
        if (idle < 0 && frame > stop && pdm_idle(&pdm)) idle = frame;
        if (fwrite(bits, PDM_FRAME_BYTES, frames, stdout) != frames) {
            perror("pdm-probe: stdout");
            return 1;
        }
    }
    fprintf(stderr, "%ld %.0f\n", idle, 1e9 * spent / CLOCKS_PER_SEC);
    return 0;
}
