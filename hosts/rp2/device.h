/* What there is one of on a board. */
#ifndef DSPI_RP2_DEVICE_H
#define DSPI_RP2_DEVICE_H

#include <stdbool.h>

struct device {
    char serial[17];
    bool leaves_for_bootloader;
};

extern struct device device;

/* hosts/rp2/host.c: parameters of before a reset are not wanted. */
void host_clear_live_memory(void);

#endif
