/* What differs between the chips, in counts. Everything else follows from these. */
#ifndef DSPI_DIMENSIONS_H
#define DSPI_DIMENSIONS_H

/* The build says which chip it is for; a compiler for one of their cores knows by itself. */
#if !defined(DSPI_RP2040) && !defined(DSPI_RP2350)
#if defined(__ARM_ARCH_6M__)
#define DSPI_RP2040
#elif defined(__ARM_ARCH_8M_MAIN__)
#define DSPI_RP2350
#endif
#endif

#if defined(DSPI_RP2040)
#define DSPI_OUTPUTS 5 /* 2 stereo slots and the PDM subwoofer */
#elif defined(DSPI_RP2350)
#define DSPI_OUTPUTS 9 /* 4 stereo slots and the PDM subwoofer */
#else
#error "define DSPI_RP2040 or DSPI_RP2350"
#endif

#define DSPI_INPUTS            2
#define DSPI_CHANNELS          (DSPI_INPUTS + DSPI_OUTPUTS)
#define DSPI_SLOTS             (DSPI_OUTPUTS / 2)
#define DSPI_PDM_OUTPUT        (DSPI_OUTPUTS - 1)
#define DSPI_BANDS             10
#define ENGINE_CORES           2
#define ENGINE_FRAMES_MAX      97   /* of one packet: 96 kHz, one frame over nominal */
#define ENGINE_DELAY_MAX       4096 /* frames: 85 ms at 48 kHz */
#define ENGINE_LOUDNESS        5    /* sections of the loudness filter */
#define LEVELLER_BLOCK_MAX     96   /* frames */
#define LEVELLER_LOOKAHEAD_MAX 960  /* frames: 10 ms at 96 kHz */

#endif
