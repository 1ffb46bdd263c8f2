/* The C functions that modules may declare with `@ "name"`: a table that the build makes for each program. */
#ifndef DSPI_XS_NATIVES_H
#define DSPI_XS_NATIVES_H

struct xsMachineRecord;

struct native {
    const char *name;
    void (*function)(struct xsMachineRecord *);
};

extern const struct native natives[]; /* ends with a NULL name */

#endif
