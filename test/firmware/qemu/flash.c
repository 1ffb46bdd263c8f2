/* The device's flash in the board's PSRAM (AN505, table 3-2): blank at power-on, gone at power-off. */
#include "../../../hosts/desktop/flash.h"

#include <string.h>

#include "../../../native/xs/host.h"

static uint8_t *const flash = (uint8_t *)0x80000000;

void flash_open(const char *path) {
    (void)path;
    memset(flash, 0xff, FLASH_BYTES);
}

/* The power never fails here. */
void flash_cut_after(uint32_t operations) {
    (void)operations;
}

uint32_t host_flash_size(void) {
    return FLASH_BYTES;
}

void host_flash_read(uint32_t offset, void *into, size_t bytes) {
    memcpy(into, flash + offset, bytes);
}

void host_flash_program(uint32_t offset, const uint8_t page[HOST_FLASH_PAGE]) {
    for (size_t i = 0; i < HOST_FLASH_PAGE; i++)
        flash[offset + i] &= page[i];
}

void host_flash_erase(uint32_t offset) {
    memset(flash + offset, 0xff, HOST_FLASH_SECTOR);
}
