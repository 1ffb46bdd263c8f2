/*
 * The chip's flash for the application. While it is written nothing can be read from it: all that would is
 * kept from running, and what is left, the USB and audio interrupts, lies in RAM (audio/priorities.h).
 */
#include <string.h>

#include "hardware/flash.h"

#include "../../native/xs/host.h"
#include "audio/priorities.h"

_Static_assert(HOST_FLASH_PAGE == FLASH_PAGE_SIZE && HOST_FLASH_SECTOR == FLASH_SECTOR_SIZE,
               "native/xs/host.h");

uint32_t host_flash_size(void) {
    return PICO_FLASH_SIZE_BYTES;
}

void host_flash_read(uint32_t offset, void *into, size_t bytes) {
    memcpy(into, (const void *)(XIP_BASE + offset), bytes);
}

void host_flash_program(uint32_t offset, const uint8_t page[HOST_FLASH_PAGE]) {
    interrupt_disable(USB_TASK_IRQ);
    flash_range_program(offset, page, HOST_FLASH_PAGE);
    interrupt_enable(USB_TASK_IRQ);
}

void host_flash_erase(uint32_t offset) {
    interrupt_disable(USB_TASK_IRQ);
    flash_range_erase(offset, HOST_FLASH_SECTOR);
    interrupt_enable(USB_TASK_IRQ);
}
