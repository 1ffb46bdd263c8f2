/* The names of the C functions that the machine calls: XS tells its own as it builds itself (names.h). */
#ifndef DSPI_ROM_CALLBACKS_H
#define DSPI_ROM_CALLBACKS_H

#include "xsAll.h"

void callbacks_add(txCallback, const char *name);

/* NULL when nobody has named it. */
const char *callbacks_name(txCallback);

/* Calls `visit` for every one, each once. */
void callbacks_each(void (*visit)(const char *name));

#endif
