#include "private.h"

#include "handlers.h"

#define STARTS_IN_A_ROW 3

/* --- what went wrong --------------------------------------------------------------------------------- */

static void report(struct machine *machine, const char *text) {
    machine->report(machine->context, text);
}

static txBoolean too_many_steps(txMachine *the, txU4 steps) {
    (void)the, (void)steps;
    return 0;
}

/* Starting may have to look through a whole damaged flash, no request has. */
#define STARTING 8

static void count_steps(struct machine *machine, uint32_t times) {
    fxBeginMetering(machine->xs, too_many_steps, machine->image->creation.steps * times);
}

/* The stack of what was thrown, or what was thrown itself; running the application's code may fail, too. */
static void report_exception(struct machine *machine, const char *what) {
    txMachine *the = machine->xs;
    const size_t head = strlen(what);
    volatile bool shown = false;
    count_steps(machine, 1);
    mxTry(the) {
        fxBeginHost(the);
        mxPush(mxException);
        if (mxIsReference(the->stack)) {
            mxDub();
            mxGetID(mxID(_stack));
            if (mxIsUndefined(the->stack)) mxPop();
        }
        fxToStringBuffer(the, the->stack, machine->text + head, HOST_REPORT_BYTES - head);
        mxPop();
        fxEndHost(the);
        shown = true;
    }
    mxCatch(the) {}
    memcpy(machine->text, what, head);
    if (!shown) strcpy(machine->text + head, "an exception that cannot be shown");
    report(machine, machine->text);
}

static void report_failure(struct machine *machine) {
    switch (machine->aborted) {
    case 0:
    case XS_UNHANDLED_EXCEPTION_EXIT:
        report_exception(machine, "uncaught exception: ");
        break;
    case XS_UNHANDLED_REJECTION_EXIT:
        report_exception(machine, "unhandled rejection: ");
        break;
    default:
        report(machine, machine->text); /* fxAbort() wrote it */
    }
}

static void import_main(struct machine *, void *);

/* --- entering ---------------------------------------------------------------------------------------- */

/*
 * The one way in: runs `body` and all promise jobs that follow. A promise rejected by then without a handler
 * is an error. False when anything failed; it is reported, and the machine must not be entered again.
 */
static bool enter(struct machine *machine, void (*body)(struct machine *, void *), void *argument) {
    txMachine *the = machine->xs;
    volatile bool done = false;
    machine->aborted = 0;
    count_steps(machine, body == import_main ? STARTING : 1);
    {
        mxTry(the) {
            fxBeginHost(the);
            body(machine, argument);
            fxEndHost(the);
            while (mxPendingJobs.value.reference->next)
                fxRunPromiseJobs(the);
            fxCheckUnhandledRejections(the, 1);
            done = true;
        }
        mxCatch(the) {}
    }
    if (!done) report_failure(machine);
    return done;
}

/* --- the stack's deepest use ------------------------------------------------------------------------- */

/* No kind that a slot has. */
#define UNUSED 0x55

/* Marks what is not in use now. XS writes every slot that it pushes, and prints numbers at the other end. */
static void mark_stack(txMachine *the) {
    for (txSlot *slot = the->stackBottom; slot < the->stack; slot++)
        slot->kind = UNUSED;
}

static size_t deepest_use(txMachine *the) {
    txSlot *slot = the->stackTop;
    while (slot > the->stackBottom && slot[-1].kind != UNUSED)
        slot--;
    return (size_t)(the->stackTop - slot);
}

static void note_deepest_use(struct machine *machine) {
    const size_t deepest = deepest_use(machine->xs);
    if (deepest > machine->deepest) machine->deepest = deepest;
}

/* --- life -------------------------------------------------------------------------------------------- */

static void import_main(struct machine *machine, void *argument) {
    (void)argument;
    txMachine *the = machine->xs;
    struct image_module main;
    image_module(machine->image, 0, &main);
    mxPushStringX((txString)main.name);
    fxAwaitImport(the, 0);
    mxPop();
}

#if defined(MACHINE_ROM)
/* What tools/rom-linker has made of XS's own objects and of the modules that manifest.json preloads. */
extern const txPreparation xs_rom;

static txMachine *create(txCreation *creation, struct machine *machine) {
    return fxPrepareMachine(creation, (txPreparation *)&xs_rom, "dspi", machine, C_NULL);
}
#else
static txMachine *create(txCreation *creation, struct machine *machine) {
    return fxCreateMachine(creation, "dspi", machine, XS_NO_ID);
}
#endif

static bool start_once(struct machine *machine) {
    const struct image_creation *size = &machine->image->creation;
    /* Nothing grows: what does not fit fails here as it does on the chip. */
    txCreation creation = {
        .initialChunkSize = (txSize)size->chunk_bytes,
        .initialHeapCount = (txSize)size->heap_slots,
        .stackCount = (txSize)size->stack_slots,
        .initialKeyCount = (txSize)size->keys,
        .nameModulo = (txSize)size->name_buckets,
        .symbolModulo = (txSize)size->symbol_buckets,
    };
    machine->starts++;
    machine->aborted = 0;
    machine->xs = create(&creation, machine);
    if (!machine->xs) {
        report(machine, "the machine does not fit its memory: give it more in manifest.json's \"creation\"");
        return false;
    }
    mark_stack(machine->xs);
    for (unsigned i = 0; i < sizeof machine->handlers / sizeof *machine->handlers; i++) {
        machine->handlers[i] = (txSlot){.kind = XS_UNDEFINED_KIND};
        fxRemember(machine->xs, &machine->handlers[i]);
    }
    return enter(machine, import_main, NULL);
}

static void stop(struct machine *machine) {
    if (!machine->xs) return;
    note_deepest_use(machine);
    fxDeleteMachine(machine->xs);
    machine->xs = NULL;
}

static void start(struct machine *machine) {
    for (int i = 0; i < STARTS_IN_A_ROW; i++) {
        stop(machine);
        if (start_once(machine)) return;
    }
    stop(machine);
    report(machine, "the application failed to start three times in a row and stays down");
}

struct machine *machine_new(const void *image, size_t size, machine_report *report, void *context) {
    const char *wrong =
        image_check(image, size, IMAGE_ENGINE(XS_MAJOR_VERSION, XS_MINOR_VERSION, XS_ID_COUNT));
    if (wrong) {
        report(context, wrong);
        return NULL;
    }
    struct machine *machine = calloc(1, sizeof *machine);
    if (!machine) {
        report(context, "no memory for the machine");
        return NULL;
    }
    machine->image = image;
    machine->report = report;
    machine->context = context;
    machine->text = host_report();
    start(machine);
    return machine;
}

void machine_delete(struct machine *machine) {
    if (machine) stop(machine);
    free(machine);
}

bool machine_is_up(const struct machine *machine) {
    return machine && machine->xs;
}

uint32_t machine_starts(const struct machine *machine) {
    return machine->starts;
}

/* --- calling the application ------------------------------------------------------------------------- */

void machine_set_handler(struct machine *machine, enum machine_handler which, const void *function) {
    const txSlot *slot = function;
    machine->handlers[which].value = slot->value;
    machine->handlers[which].kind = slot->kind;
}

/* Pushes what a call needs before its arguments: this, function, target, result, frame and count. */
static void push_call(struct machine *machine, enum machine_handler which) {
    txMachine *the = machine->xs;
    mxPushUndefined();
    mxPushSlot(&machine->handlers[which]);
    mxCall();
}

struct control {
    const struct machine_request *request;
    const uint8_t *data;
    uint8_t *answer;
    int32_t result;
};

static int32_t take_answer(txMachine *the, txSlot *value, const struct control *control) {
    bool in = control->request->type & 0x80;
    if (mxIsUndefined(value)) return MACHINE_STALL;
    if (!in && value->kind == XS_BOOLEAN_KIND && value->value.boolean) return 0;
    if (in && mxIsReference(value) && value->value.reference->next &&
        value->value.reference->next->kind == XS_ARRAY_BUFFER_KIND) {
        txInteger length = fxGetArrayBufferLength(the, value);
        if (length > control->request->length) length = control->request->length;
        fxGetArrayBufferData(the, value, 0, control->answer, length);
        return length;
    }
    mxTypeError("request 0x%02x: the answer must be %s or undefined", control->request->request,
                in ? "an ArrayBuffer" : "true");
}

static void call_control(struct machine *machine, void *argument) {
    txMachine *the = machine->xs;
    struct control *control = argument;
    const struct machine_request *request = control->request;
    if (mxIsUndefined(&machine->handlers[MACHINE_CONTROL])) return;
    push_call(machine, MACHINE_CONTROL);
    mxPushInteger(request->type);
    mxPushInteger(request->request);
    mxPushInteger(request->value);
    mxPushInteger(request->index);
    mxPushInteger(request->length);
    mxPushUndefined();
    if (!(request->type & 0x80)) fxArrayBuffer(the, the->stack, (void *)control->data, request->length, -1);
    mxRunCount(6);
    control->result = take_answer(the, the->stack, control);
    mxPop();
}

static int32_t tell_report(uint16_t length, uint8_t *answer) {
    const char *text = host_report();
    const size_t size = strlen(text);
    if (length > size) length = (uint16_t)size;
    memcpy(answer, text, length);
    return length;
}

static bool asks_for(const struct machine_request *request, uint8_t code) {
    return request->type == 0xc1 && request->request == code;
}

static int32_t control_when_down(const struct machine_request *request, uint8_t *answer) {
    if (!asks_for(request, MACHINE_BOOTLOADER_REQUEST)) return MACHINE_STALL;
    host_enter_bootloader();
    if (request->length == 0) return 0;
    *answer = 1;
    return 1;
}

int32_t machine_control(struct machine *machine, const struct machine_request *request, const uint8_t *data,
                        uint8_t *answer) {
    struct control control = {request, data, answer, MACHINE_STALL};
    if (asks_for(request, MACHINE_REPORT_REQUEST)) return tell_report(request->length, answer);
    if (!machine_is_up(machine)) return control_when_down(request, answer);
    if (enter(machine, call_control, &control)) return control.result;
    start(machine);
    return MACHINE_STALL;
}

static void call_rate(struct machine *machine, void *argument) {
    txMachine *the = machine->xs;
    if (mxIsUndefined(&machine->handlers[MACHINE_RATE])) return;
    push_call(machine, MACHINE_RATE);
    mxPushInteger((txInteger) * (uint32_t *)argument);
    mxRunCount(1);
    mxPop();
}

void machine_rate(struct machine *machine, uint32_t rate) {
    if (machine_is_up(machine) && !enter(machine, call_rate, &rate)) start(machine);
}

static void call_volume(struct machine *machine, void *argument) {
    txMachine *the = machine->xs;
    if (mxIsUndefined(&machine->handlers[MACHINE_VOLUME])) return;
    push_call(machine, MACHINE_VOLUME);
    mxPushNumber(*(int16_t *)argument / 256.0);
    mxRunCount(1);
    mxPop();
}

void machine_volume(struct machine *machine, int16_t volume) {
    if (machine_is_up(machine) && !enter(machine, call_volume, &volume)) start(machine);
}

struct machine_heap machine_heap(struct machine *machine) {
    struct machine_heap heap = {0};
    if (!machine) return heap;
    txMachine *the = machine->xs;
    if (the) {
        fxCollectGarbage(the);
        note_deepest_use(machine);
        mark_stack(the);
        heap.slots = the->currentHeapCount * sizeof(txSlot);
        heap.slot_capacity = the->maximumHeapCount * sizeof(txSlot);
        heap.chunks = the->currentChunksSize;
        heap.chunk_capacity = the->maximumChunksSize;
        heap.stack_capacity = machine->image->creation.stack_slots;
    }
    heap.stack = machine->deepest;
    machine->deepest = 0;
    return heap;
}
