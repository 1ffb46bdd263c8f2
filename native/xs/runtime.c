/* What XS asks of its platform: names, modules, limits. */
#include "private.h"

#include "natives.h"

/* Of the C stack, for the recursion of XS's own functions; a chip has less and says so. */
#if !defined(C_STACK_BYTES)
#define C_STACK_BYTES (256 * 1024)
#endif

char *fxCStackLimit(void) {
    return (char *)__builtin_frame_address(0) - C_STACK_BYTES;
}

/* Registers the image's keys straight after XS's own, so that they get the identifiers its bytecode has. */
void fxBuildKeys(txMachine *the) {
    struct machine *machine = the->context;
    for (int i = 0; i < XS_SYMBOL_ID_COUNT; i++) {
        txSlot *description = fxNewSlot(the);
        fxCopyStringC(the, description, gxIDStrings[i]);
        the->keyArray[the->keyIndex++] = description;
    }
    for (int i = XS_SYMBOL_ID_COUNT; i < XS_ID_COUNT; i++)
        fxNewNameX(the, gxIDStrings[i]);
    const char *key = image_keys(machine->image);
    for (uint32_t i = 0; i < machine->image->keys; i++) {
        if (fxNewNameX(the, (txString)key) != XS_ID_COUNT + i) fxAbort(the, XS_FATAL_CHECK_EXIT);
        key += strlen(key) + 1;
    }
}

static bool remove_last_segment(char *path) {
    char *slash = strrchr(path, '/');
    if (slash) *slash = 0;
    return slash != NULL;
}

/* "./" and "../" are relative to the importing module; ".js" is optional, as in the Moddable SDK. */
txID fxFindModule(txMachine *the, txSlot *realm, txID importer, txSlot *specifier) {
    (void)realm;
    struct machine *machine = the->context;
    char path[256] = "", name[128];
    fxToStringBuffer(the, specifier, name, sizeof name);
    size_t length = strlen(name);
    if (length > 3 && strcmp(name + length - 3, ".js") == 0) name[length - 3] = 0;
    const char *rest = name;
    if (name[0] == '.') {
        if (importer == XS_NO_ID) return XS_NO_ID;
        snprintf(path, sizeof path - sizeof name, "/%s", fxGetKeyName(the, importer));
        if (strncmp(rest, "./", 2) == 0) rest += 2;
        if (!remove_last_segment(path)) return XS_NO_ID;
        for (; strncmp(rest, "../", 3) == 0; rest += 3)
            if (!remove_last_segment(path)) return XS_NO_ID;
        strcat(path, "/");
    }
    strcat(path, rest);
    struct image_module module;
    if (!image_find_module(machine->image, path[0] == '/' ? path + 1 : path, &module)) return XS_NO_ID;
    return fxNewNameX(the, (txString)module.name);
}

void fxLoadModule(txMachine *the, txSlot *slot, txID id) {
    struct machine *machine = the->context;
    struct image_module module;
    if (!image_find_module(machine->image, fxGetKeyName(the, id), &module)) return;
    txScript script = {
        .callback = module.natives ? runtime_bind_natives : NULL,
        .codeBuffer = (txS1 *)module.code,
        .codeSize = (txSize)module.code_bytes,
        .path = (txString)module.name,
        .version = {XS_MAJOR_VERSION, XS_MINOR_VERSION, XS_PATCH_VERSION, 0},
    };
    machine->loading = &module;
    fxResolveModule(the, slot, id, &script, C_NULL, C_NULL);
    machine->loading = NULL;
}

static txCallback find_native(txMachine *the, const char *name) {
    for (const struct native *native = natives; native->name; native++)
        if (strcmp(native->name, name) == 0) return (txCallback)native->function;
    mxReferenceError("no native function %s in this program", name);
}

void runtime_bind_natives(txMachine *the) {
    const struct image_module *module = ((struct machine *)the->context)->loading;
    txHostFunctionBuilder builders[64];
    if (module->natives > sizeof builders / sizeof *builders)
        mxRangeError("%s: more than 64 native functions", module->name);
    const uint8_t *at = module->first_native;
    for (uint32_t i = 0; i < module->natives; i++) {
        struct image_native native;
        at = image_native(at, &native);
        builders[i] =
            (txHostFunctionBuilder){find_native(the, native.function), native.parameters, native.identifier};
    }
    fxBuildHosts(the, (txInteger)module->natives, builders);
    mxPullSlot(mxResult);
}

/* There is no parser: `eval` and `new Function` throw a SyntaxError. */
txScript *fxParseScript(txMachine *the, void *stream, txGetter getter, txUnsigned flags) {
    (void)the, (void)stream, (void)getter, (void)flags;
    return C_NULL;
}

/* The machine runs what is queued at the end of each entry. */
void fxQueuePromiseJobs(txMachine *the) {
    (void)the;
}

static const char *reason(int status) {
    switch (status) {
    case XS_NOT_ENOUGH_MEMORY_EXIT:
        return "out of memory";
    case XS_STACK_OVERFLOW_EXIT:
        return "stack overflow";
    case XS_NO_MORE_KEYS_EXIT:
        return "out of keys";
    case XS_TOO_MUCH_COMPUTATION_EXIT:
        return "did not return";
    default:
        return "XS gave up";
    }
}

/* XS gives up: notes why and where, and leaves to the entry of the machine, which starts it anew. */
void fxAbort(txMachine *the, int status) {
    struct machine *machine = the->context;
    const char *why = reason(status);
    machine->aborted = status;
    strcpy(machine->text, why);
    trace_write(the, machine->text + strlen(why), HOST_REPORT_BYTES - strlen(why));
    fxExitToHost(the);
}

/* One machine, one thread: no shared memory. */
void fxInitializeSharedCluster(void) {}
void fxTerminateSharedCluster(void) {}
void *fxCreateSharedChunk(txInteger bytes) {
    (void)bytes;
    return C_NULL;
}
void fxLockSharedChunk(void *data) {
    (void)data;
}
void fxUnlockSharedChunk(void *data) {
    (void)data;
}
void fxLinkSharedChunk(txMachine *the) {
    (void)the;
}
void fxUnlinkSharedChunk(txMachine *the) {
    (void)the;
}
void *fxRetainSharedChunk(void *data) {
    return data;
}
void fxReleaseSharedChunk(void *data) {
    (void)data;
}
txInteger fxMeasureSharedChunk(void *data) {
    (void)data;
    return 0;
}
txInteger fxNotifySharedChunk(txMachine *the, void *data, txInteger offset, txInteger count) {
    (void)the, (void)data, (void)offset, (void)count;
    return 0;
}
txInteger fxWaitSharedChunk(txMachine *the, void *address, txNumber timeout) {
    (void)the, (void)address, (void)timeout;
    return 0;
}
