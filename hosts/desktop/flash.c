#include "flash.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipe.h"

uint8_t *flash_open(const char *path) {
    int file = open(path, O_RDWR | O_CREAT, 0666);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) fail("flash file %s: %s", path, strerror(errno));
    if (flock(file, LOCK_EX | LOCK_NB) != 0) fail("flash file %s: another device uses it", path);
    bool blank = status.st_size == 0;
    if (!blank && status.st_size != FLASH_BYTES)
        fail("flash file %s: %lld bytes, expected %u; name another file or delete it", path,
             (long long)status.st_size, FLASH_BYTES);
    if (blank && ftruncate(file, FLASH_BYTES) != 0) fail("flash file %s: %s", path, strerror(errno));
    uint8_t *flash = mmap(NULL, FLASH_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (flash == MAP_FAILED) fail("flash file %s: %s", path, strerror(errno));
    if (blank) memset(flash, 0xff, FLASH_BYTES);
    return flash; /* the descriptor stays open: it holds the lock */
}
