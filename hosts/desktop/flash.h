/* The chip's NOR flash as a file. */
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
uint8_t *flash_open(const char *path);

#endif
