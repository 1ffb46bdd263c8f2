/* The board for mcconfig (PICO_BOARD_FILE): the SDK's own, and what hosts/rp2/CMakeLists.txt sets otherwise.
 */
#ifndef DSPI_BOARD_H
#define DSPI_BOARD_H

#if defined(__ARM_ARCH_6M__)
#include "boards/pico.h"
#define BOARD_NAME "pico"
#else
#include "boards/pico2.h"
#define BOARD_NAME "pico2"
#endif

/*
 * 307.2 MHz, from when xs_board_start() has set the flash to a quarter of that (clock.c). Until then half of
 * it: the second boot stage is Moddable's, which has the flash at a half of the system's clock.
 */
#define SYS_CLK_HZ          307200000
#define PLL_SYS_VCO_FREQ_HZ 1536000000
#define PLL_SYS_POSTDIV1    5
#define PLL_SYS_POSTDIV2    2

#define LIB_PICO_MULTICORE    1
#define PICO_CORE1_STACK_SIZE 0x1000
#define PICO_USE_STACK_GUARDS 0

/* The USB device is ours (hosts/rp2/usb.c). */
#define PICO_STDIO_USB_USE_DEFAULT_DESCRIPTORS           0
#define PICO_STDIO_USB_ENABLE_RESET_VIA_VENDOR_INTERFACE 0

#endif
