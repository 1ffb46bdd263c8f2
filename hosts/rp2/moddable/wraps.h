/*
 * What hosts/rp2/CMakeLists.txt has the linker do with --wrap, which mcconfig cannot pass on: TinyUSB's calls
 * of two functions are told from their definitions by the preprocessor. Every file of TinyUSB sees this
 * first.
 */
#ifndef DSPI_RP2_WRAPS_H
#define DSPI_RP2_WRAPS_H

#include <stdbool.h>
#include <stdint.h>

/* A comma moves YES into second place. */
#define DSPI_SECOND(FIRST, SECOND, ...) SECOND
#define DSPI_CHOOSE(...)                DSPI_SECOND(__VA_ARGS__, )

/* The driver includes rp2040_usb.h, whose guard is defined as nothing; usbd.c, which defines the function,
 * does not. */
#define DSPI_INCLUDED_                      ,
#define DSPI_IF_INCLUDED(GUARD, YES, NO)    DSPI_IF_INCLUDED_AS(GUARD, YES, NO)
#define DSPI_IF_INCLUDED_AS(VALUE, YES, NO) DSPI_CHOOSE(DSPI_INCLUDED_##VALUE YES, NO)
#define dcd_event_handler                                                                                    \
    DSPI_IF_INCLUDED(RP2040_COMMON_H_, __wrap_dcd_event_handler, __real_dcd_event_handler)

/* A declaration or definition begins its parameters with a type, a call does not. */
#define DSPI_TYPE_uint8_t            ,
#define DSPI_THIRD(A, B, THIRD, ...) THIRD
#define DSPI_REAL_OR_WRAP(...)       DSPI_THIRD(__VA_ARGS__, __real_usbd_edpt_xfer, __wrap_usbd_edpt_xfer, )
#define usbd_edpt_xfer(PORT, ...)    DSPI_REAL_OR_WRAP(DSPI_TYPE_##PORT)(PORT, __VA_ARGS__)
bool __wrap_usbd_edpt_xfer(uint8_t port, uint8_t endpoint, uint8_t *buffer, uint16_t bytes);

#endif
