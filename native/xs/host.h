/*
 * What a host gives the bindings of native/xs: `Host`, `Usb` and `Flash` of modules/hardware.ts in C. The
 * bindings check every argument that comes from the application against the ranges said here.
 */
#ifndef DSPI_XS_HOST_H
#define DSPI_XS_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct engine *host_engine(void);

const char *host_serial(void);   /* 16 upper-case hexadecimal digits */
uint32_t host_rate(void);        /* sample rate in Hz as the USB host last asked for it */
int16_t host_volume(void);       /* 1/256 dB, as the USB host last set it */
void host_log(const char *text); /* one line, UTF-8 */

/*
 * 8-aligned memory that outlives the machine, zero at power-on; the same bytes at each call. NULL when there
 * are fewer.
 */
void *host_live_memory(size_t bytes);

/* What went wrong last: a text that outlives the machine and a reset of the chip, empty at power-on. */
#define HOST_REPORT_BYTES 1024
char *host_report(void);

uint32_t host_counter(unsigned selector); /* status selector 3-8, 10-22 */
unsigned host_load(unsigned core);        /* of core 0 or 1, percent */

void host_configure_slot(unsigned slot, unsigned type,
                         unsigned pin); /* below DSPI_SLOTS; 0 = S/PDIF, 1 = I2S */
void host_configure_pdm(unsigned pin);  /* pins are 0-29 */
void host_configure_clocks(unsigned bck, unsigned mck, bool mck_on, unsigned multiplier); /* 128 or 256 */

unsigned host_buffer(unsigned port, unsigned figure); /* port up to DSPI_SLOTS, which is PDM; figure 0-5 */
void host_reset_watermarks(void);

#define HOST_USB_ERROR_KINDS 5
uint32_t host_usb_errors(unsigned kind);
void host_clear_usb_errors(void);

/* Leaves for the bootloader in about 100 ms. */
void host_enter_bootloader(void);

/* Offsets count from the flash's beginning; a page is programmed and a sector erased at a multiple of its
 * size. */
#define HOST_FLASH_PAGE   256
#define HOST_FLASH_SECTOR 4096
uint32_t host_flash_size(void);
void host_flash_read(uint32_t offset, void *into, size_t bytes);
void host_flash_program(uint32_t offset, const uint8_t page[HOST_FLASH_PAGE]);
void host_flash_erase(uint32_t offset);

#endif
