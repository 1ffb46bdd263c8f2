/*
 * Where the application is, from bytecode alone. XS keeps file and line of every frame up to date only for
 * its debugger; without it they are found when asked for, by walking a function's code from its start to the
 * place it has reached and remembering the last FILE and LINE passed. Nothing is paid while all goes well.
 */
#include "private.h"

#include "bytecode.h"

#define TRACE_LINES 16

struct place {
    txID file; /* XS_NO_ID when not known */
    txInteger line;
};

static struct place find_place(const txSlot *function, const uint8_t *reached) {
    struct place place = {XS_NO_ID, 0};
    const txSlot *code = function->next;
    if (!reached || (code->kind != XS_CODE_KIND && code->kind != XS_CODE_X_KIND)) return place;
    for (const uint8_t *at = (uint8_t *)code->value.code.address; at < reached; at += bytecode_size(at)) {
        if (*at == XS_CODE_FILE) place.file = bytecode_operand16(at);
        if (*at == XS_CODE_LINE) place.line = bytecode_operand16(at);
    }
    return place;
}

static txSlot *frame_function(txSlot *frame) {
    txSlot *function = frame + 3;
    if (function->kind != XS_REFERENCE_KIND) return NULL;
    function = function->value.reference;
    return mxIsFunction(function) ? function : NULL;
}

/* A key or string slot that holds the function's name, or NULL. */
static txSlot *function_name(txMachine *the, txSlot *function) {
    txSlot *name = mxBehaviorGetProperty(the, function, mxID(_name), 0, XS_OWN);
    if (name && mxIsStringPrimitive(name)) return name;
    txID id = mxFunctionInstanceCode(function)->ID;
    return id == XS_NO_ID ? NULL : fxGetKey(the, id);
}

/* A frame and the place in its function's code that it has reached, which the frame it called has kept. */
struct activation {
    txSlot *frame;
    const uint8_t *reached;
};

static struct activation innermost(const txMachine *the) {
    return (struct activation){the->frame, (uint8_t *)the->code};
}

static struct activation caller(struct activation at) {
    return (struct activation){at.frame->next, (uint8_t *)at.frame->value.frame.code};
}

void trace_write(txMachine *the, char *text, size_t size) {
    size_t used = 0;
    int lines = 0;
    text[0] = 0;
    for (struct activation at = innermost(the); at.frame; at = caller(at)) {
        txSlot *function = frame_function(at.frame);
        if (!function) continue;
        if (lines++ == TRACE_LINES) {
            snprintf(text + used, size - used, "\n ...");
            return;
        }
        struct place place = find_place(function, at.reached);
        txSlot *name = function_name(the, function);
        txSlot *file = place.file == XS_NO_ID ? NULL : fxGetKey(the, place.file);
        const char *called = name ? name->value.string : "";
        int added = file ? snprintf(text + used, size - used, "\n at %s%s(%s:%d)", called, *called ? " " : "",
                                    file->value.key.string, (int)place.line)
                         : snprintf(text + used, size - used, "\n at %s ()", called); /* C, as XS shows it */
        if (added < 0 || (size_t)added >= size - used) {
            text[used] = 0;
            return;
        }
        used += added;
    }
}

/* Takes the place of XS's own, which finds lines only with the debugger (linked with --wrap). */
void __wrap_fxCaptureErrorStack(txMachine *the, txSlot *internal, txSlot *from) {
    txSlot *last = internal->value.reference = fxNewSlot(the);
    last->kind = XS_INSTANCE_KIND;
    last->value.instance.garbage = C_NULL;
    last->value.instance.prototype = C_NULL;
    struct activation at = innermost(the);
    while (at.frame && at.frame != from)
        at = caller(at);
    for (; at.frame; at = caller(at)) {
        txSlot *function = frame_function(at.frame);
        if (!function) continue;
        struct place place = find_place(function, at.reached);
        txSlot *line = fxNewSlot(the);
        last = last->next = line;
        line->flag = XS_GET_ONLY;
        line->kind = XS_KEY_X_KIND;
        line->value.key.string = C_NULL;
        line->value.key.sum = place.line;
        line->ID = place.file;
        txSlot *name = function_name(the, function);
        if (!name) continue;
        /* A name in a chunk must be told to the garbage collector. */
        if (name->kind == XS_STRING_KIND || name->kind == XS_KEY_KIND) line->kind = XS_KEY_KIND;
        line->value.key.string = name->value.string;
    }
}
