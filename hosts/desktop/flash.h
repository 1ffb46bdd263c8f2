/* The chip's NOR flash as a file: native/xs/host.h's host_flash_...() and what a bench can do to it. */
#ifndef DSPI_DESKTOP_FLASH_H
#define DSPI_DESKTOP_FLASH_H

#include <stdint.h>

#include "../../native/engine/dimensions.h"

#if defined(DSPI_RP2040)
#define FLASH_BYTES (2u << 20) /* Pico */
#else
#define FLASH_BYTES (4u << 20) /* Pico 2 */
#endif

/* Maps a file, which is made blank (0xFF) when it is missing or empty. Ends the process when it cannot. */
void flash_open(const char *path);

/*
 * The power fails in the middle of the n-th program or erase from now, which is done in part: the process
 * says MESSAGE_POWER_OFF and ends. 0 calls it off.
 */
void flash_cut_after(uint32_t operations);

#endif
