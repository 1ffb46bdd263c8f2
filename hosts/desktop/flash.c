#include "flash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../native/xs/host.h"
#include "pipe.h"

static uint8_t *flash;
static uint32_t cut_after; /* operations; 0 is never */

void flash_open(const char *path) {
    int file = open(path, O_RDWR | O_CREAT, 0666);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) fail("flash file %s: %s", path, strerror(errno));
    if (flock(file, LOCK_EX | LOCK_NB) != 0) fail("flash file %s: another device uses it", path);
    bool blank = status.st_size == 0;
    if (!blank && status.st_size != FLASH_BYTES)
        fail("flash file %s: %lld bytes, expected %u; name another file or delete it", path,
             (long long)status.st_size, FLASH_BYTES);
    if (blank && ftruncate(file, FLASH_BYTES) != 0) fail("flash file %s: %s", path, strerror(errno));
    flash = mmap(NULL, FLASH_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (flash == MAP_FAILED) fail("flash file %s: %s", path, strerror(errno));
    if (blank) memset(flash, 0xff, FLASH_BYTES);
    /* the descriptor stays open: it holds the lock */
}

void flash_cut_after(uint32_t operations) {
    cut_after = operations;
}

static bool is_cut(void) {
    return cut_after > 0 && --cut_after == 0;
}

static _Noreturn void power_off(void) {
    pipe_send(MESSAGE_POWER_OFF, NULL, 0);
    exit(0);
}

uint32_t host_flash_size(void) {
    return FLASH_BYTES;
}

void host_flash_read(uint32_t offset, void *into, size_t bytes) {
    memcpy(into, flash + offset, bytes);
}

/* When power fails, the first half is programmed, a few bits of the next byte are, and the rest is not. */
void host_flash_program(uint32_t offset, const uint8_t page[HOST_FLASH_PAGE]) {
    bool cut = is_cut();
    size_t end = cut ? HOST_FLASH_PAGE / 2 : HOST_FLASH_PAGE;
    for (size_t i = 0; i < end; i++)
        flash[offset + i] &= page[i];
    if (!cut) return;
    flash[offset + end] &= page[end] | 0xa5;
    power_off();
}

/* When power fails, the first half is erased, some bits of the next quarter are, and the rest is as it was.
 */
void host_flash_erase(uint32_t offset) {
    if (!is_cut()) {
        memset(flash + offset, 0xff, HOST_FLASH_SECTOR);
        return;
    }
    memset(flash + offset, 0xff, HOST_FLASH_SECTOR / 2);
    for (size_t i = HOST_FLASH_SECTOR / 2; i < HOST_FLASH_SECTOR * 3 / 4; i++)
        flash[offset + i] |= 0x5a;
    power_off();
}
