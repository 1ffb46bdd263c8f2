/* What the application gives the machine to call. */
#ifndef DSPI_XS_HANDLERS_H
#define DSPI_XS_HANDLERS_H

struct machine;

enum machine_handler { MACHINE_CONTROL, MACHINE_RATE, MACHINE_VOLUME };

/* `function` is an XS slot that holds a function. */
void machine_set_handler(struct machine *, enum machine_handler, const void *function);

#endif
