/* One ES module to bytecode bound to the identifiers of an image. */
#ifndef MODULE_COMPILER_COMPILE_H
#define MODULE_COMPILER_COMPILE_H

#include <stdbool.h>

#include "xsScript.h"

#include "write.h"

/* Names that XS does not have itself, in the order of their identifiers from XS_ID_COUNT. */
struct keys {
    struct bytes names;
    uint32_t count;
};

/*
 * Compiles `file` and appends its record (image.h) to `modules`. Errors go to stderr as "path:line: message";
 * false when there were any.
 */
bool compile_module(const char *name, const char *path, const char *file, struct keys *keys,
                    struct bytes *modules);

#endif
