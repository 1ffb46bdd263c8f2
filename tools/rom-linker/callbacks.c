#include "callbacks.h"

#define CALLBACKS_MAX 4096

static struct {
    txCallback function;
    const char *name;
} callbacks[CALLBACKS_MAX];
static unsigned count;

void callbacks_add(txCallback function, const char *name) {
    if (callbacks_name(function)) return;
    if (count == CALLBACKS_MAX) {
        fprintf(stderr, "more than %d C functions\n", CALLBACKS_MAX);
        exit(1);
    }
    callbacks[count].function = function;
    callbacks[count++].name = name;
}

const char *callbacks_name(txCallback function) {
    for (unsigned i = 0; i < count; i++)
        if (callbacks[i].function == function) return callbacks[i].name;
    return NULL;
}

void callbacks_each(void (*visit)(const char *name)) {
    for (unsigned i = 0; i < count; i++)
        visit(callbacks[i].name);
}
