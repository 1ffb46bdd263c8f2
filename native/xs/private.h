/* Shared by the machine and what XS asks of its platform. */
#ifndef DSPI_XS_PRIVATE_H
#define DSPI_XS_PRIVATE_H

#include "host.h"
#include "image.h"
#include "machine.h"
#include "xsAll.h"

struct machine {
    txMachine *xs; /* NULL while the application is down */
    const struct image_header *image;
    const struct image_module *loading; /* whose natives are being bound */
    machine_report *report;
    void *context;
    txSlot handlers[3]; /* by enum machine_handler; undefined until the application gives one */
    uint32_t starts;
    size_t deepest; /* slots of the stack that machines before this one have used */
    int aborted;    /* why XS gave up (XS_..._EXIT), 0 when it did not */
    char *text;     /* what is reported, HOST_REPORT_BYTES */
};

/* Writes one line per frame, innermost first, "\n at function (file:line)"; cuts off after some. */
void trace_write(txMachine *the, char *text, size_t size);

/* Binds the natives of the module being loaded. */
void runtime_bind_natives(txMachine *the);

#endif
