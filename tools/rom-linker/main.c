/*
 * Makes a machine's ROM: builds XS's own objects, imports the modules that are to be preloaded and writes
 * what is there then as C. Usage: rom-linker IMAGE OUTPUT.c MODULE...
 */
#include "private.h"

#include "callbacks.h"
#include "emit.h"
#include "natives.h"

#include <errno.h>

static _Noreturn void die(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void *read_image(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) die(path, strerror(errno));
    size_t size = (size_t)ftell(file);
    rewind(file);
    void *image = malloc(size);
    if (!image || fread(image, 1, size, file) != size) die(path, "cannot be read");
    fclose(file);
    const char *wrong =
        image_check(image, size, IMAGE_ENGINE(XS_MAJOR_VERSION, XS_MINOR_VERSION, XS_ID_COUNT));
    if (wrong) die(path, wrong);
    return image;
}

static void import(txMachine *the, const char *name) {
    volatile bool done = false;
    {
        mxTry(the) {
            fxBeginHost(the);
            mxPushStringX((txString)name);
            fxAwaitImport(the, 0);
            mxPop();
            fxEndHost(the);
            done = true;
        }
        mxCatch(the) {
            fxBeginHost(the);
            mxPush(mxException);
            fprintf(stderr, "%s: %s\n", name, fxToString(the, the->stack));
            mxPop();
            fxEndHost(the);
        }
    }
    if (!done) die(name, "cannot be preloaded");
}

/* XS's global object looks its properties up in a table that knows where slots lie: an ordinary one does not.
 */
static void simplify_global(txMachine *the) {
    txSlot *global = mxGlobal.value.reference;
    global->flag &= ~XS_EXOTIC_FLAG;
    global->next = global->next->next;
}

int main(int count, char *arguments[]) {
    if (count < 3) die("usage", "rom-linker IMAGE OUTPUT.c MODULE...");
    struct machine machine = {.image = read_image(arguments[1])};
    for (const struct native *native = natives; native->name; native++)
        callbacks_add((txCallback)native->function, native->name);
    const struct image_creation *size = &machine.image->creation;
    txCreation creation = {
        .initialChunkSize = 1 << 20,
        .initialHeapCount = 1 << 16,
        .stackCount = 4096,
        .initialKeyCount = 8192,
        .nameModulo = (txSize)size->name_buckets,
        .symbolModulo = (txSize)size->symbol_buckets,
    };
    txMachine *the = machine.xs = fxCreateMachine(&creation, "rom", &machine, XS_NO_ID);
    if (!the) die("XS", "the machine does not start");
    simplify_global(the);
    for (int i = 3; i < count; i++)
        import(the, arguments[i]);
    fxShareMachine(the);
    FILE *file = fopen(arguments[2], "w");
    if (!file) die(arguments[2], strerror(errno));
    bool done = emit(the, machine.image, file);
    if (fclose(file) != 0 || !done) die(arguments[2], "not written");
    return 0;
}
