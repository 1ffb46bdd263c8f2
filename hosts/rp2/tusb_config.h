/* What of TinyUSB is built: a full-speed device whose one class driver is hosts/rp2/usb.c. */
#ifndef DSPI_TUSB_CONFIG_H
#define DSPI_TUSB_CONFIG_H

/* Its tables, for what the descriptors have; its events are queued by audio/usb_interrupt.c already. */
#define CFG_TUD_INTERFACE_MAX 3
#define CFG_TUD_ENDPPOINT_MAX 4
#define USB_MAX_ENDPOINTS     CFG_TUD_ENDPPOINT_MAX
#define CFG_TUD_TASK_QUEUE_SZ 2

#include "pico.h"

#define CFG_TUD_ENABLED        1
#define CFG_TUSB_RHPORT0_MODE  OPT_MODE_DEVICE
#define CFG_TUD_ENDPOINT0_SIZE 64

/* The interrupt and all it calls, in RAM. */
#define PICO_RP2040_USB_FAST_IRQ 1

#endif
