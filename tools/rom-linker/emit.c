#include "emit.h"

#include "callbacks.h"

static FILE *out;
static const struct image_header *image;
static txMachine *machine;
static bool failed;

/* --- names of places ----------------------------------------------------------------------------------- */

static void fail(const txSlot *slot, const char *what) {
    fprintf(stderr, "a slot of kind %d, identifier %s: %s\n", slot->kind,
            slot->ID && slot->ID < machine->keyIndex && fxGetKeyName(machine, slot->ID)
                ? fxGetKeyName(machine, slot->ID)
                : "none",
            what);
    failed = true;
}

/* Where each slot of the machine's one heap comes to lie: those in use move together. 0 is none of them. */
static uint32_t *numbers;
static unsigned slots;

static void number_slots(void) {
    const txSlot *heap = machine->firstHeap;
    size_t count = (size_t)(heap->value.reference - heap);
    numbers = calloc(count, sizeof *numbers);
    if (!numbers || heap->next) {
        fputs("the machine has more than one heap, or this machine no memory\n", stderr);
        exit(1);
    }
    for (const txSlot *free = machine->freeHeap; free; free = free->next)
        numbers[free - heap] = UINT32_MAX;
    slots = 1;
    for (size_t i = 1; i < count; i++)
        numbers[i] = numbers[i] == UINT32_MAX ? 0 : slots++;
}

static const char *slot_name(const txSlot *slot) {
    static char names[4][16];
    static unsigned next;
    if (!slot) return "0";
    const txSlot *heap = machine->firstHeap;
    unsigned number = heap < slot && slot < heap->value.reference ? numbers[slot - heap] : 0;
    if (!number) {
        fprintf(stderr, "%p leads to no slot\n", (void *)slot);
        failed = true;
    }
    char *name = names[next++ % 4];
    snprintf(name, sizeof *names, "S(%u)", number);
    return name;
}

static bool in_image(const void *at) {
    return (const char *)at >= (const char *)image && (const char *)at < (const char *)image + image->bytes;
}

static void emit_bytes(const void *data, size_t size) {
    for (size_t i = 0; i < size; i++)
        fprintf(out, "%u,%s", ((const uint8_t *)data)[i], i % 32 == 31 ? "\n" : "");
}

/* Bytes that stay in the application image, or are repeated here. */
static void emit_code_pointer(const void *at, size_t size) {
    if (in_image(at)) {
        fprintf(out, "(txByte *)app_image + %zu", (size_t)((const char *)at - (const char *)image));
        return;
    }
    fputs("(txByte *)(const txU1[]){", out);
    emit_bytes(at, size);
    fputc('}', out);
}

static void emit_string(const char *text) {
    if (in_image(text))
        fprintf(out, "(txString)app_image + %zu", (size_t)(text - (const char *)image));
    else {
        fputs("(txString)(const txU1[]){", out);
        emit_bytes(text, strlen(text) + 1);
        fputc('}', out);
    }
}

/* --- chunks ------------------------------------------------------------------------------------------- */

static size_t chunk_bytes(const void *data) {
    return (size_t)((const txChunk *)((const char *)data - sizeof(txChunk)))->size - sizeof(txChunk);
}

static void emit_item(const txSlot *item);

/* What a slot's value needs that is no slot of the heap: arrays' items, buffers, tables. Emitted before the
 * slots. */
static void emit_chunks(const txSlot *slot, unsigned number) {
    switch (slot->kind) {
    case XS_ARRAY_KIND: {
        if (!slot->value.array.address) return;
        unsigned count = (unsigned)(chunk_bytes(slot->value.array.address) / sizeof(txSlot));
        fprintf(out,
                "static const struct { txChunk chunk; txSlot items[%u]; } chunk%u = {{.size = %u * "
                "sizeof(txSlot) + "
                "sizeof(txChunk)}, {\n",
                count ? count : 1, number, count);
        for (unsigned i = 0; i < count; i++) {
            if (i < slot->value.array.length)
                emit_item(slot->value.array.address + i);
            else
                fputs("{0},\n", out);
        }
        fputs("}};\n", out);
        return;
    }
    case XS_ARRAY_BUFFER_KIND: {
        if (!slot->value.arrayBuffer.address) return;
        size_t size = chunk_bytes(slot->value.arrayBuffer.address);
        fprintf(out,
                "static const struct { txChunk chunk; txU1 bytes[%zu]; } chunk%u = {{.size = %zu + "
                "sizeof(txChunk)}, {",
                size ? size : 1, number, size);
        emit_bytes(slot->value.arrayBuffer.address, size);
        fputs("}};\n", out);
        return;
    }
    case XS_MAP_KIND:
    case XS_SET_KIND:
        fprintf(out, "static txSlot *const chunk%u[] = {", number);
        for (txSize i = 0; i < slot->value.table.length; i++)
            fprintf(out, "%s,", slot_name(slot->value.table.address[i]));
        fputs("};\n", out);
        return;
    case XS_IDS_KIND: {
        unsigned count = slot->value.IDs ? (unsigned)(chunk_bytes(slot->value.IDs) / sizeof(txID)) : 0;
        fprintf(out, "static const txID chunk%u[] = {", number);
        for (unsigned i = 0; i < count; i++)
            fprintf(out, "%u,", (unsigned)slot->value.IDs[i]);
        fputs("};\n", out);
        return;
    }
    default:
        return;
    }
}

/* --- slots --------------------------------------------------------------------------------------------- */

static unsigned slot_number; /* of the one being emitted, for its chunk */

static void emit_callback(const txSlot *slot) {
    const char *name = callbacks_name(slot->value.callback.address);
    if (!name) fail(slot, "a C function without a name");
    fprintf(out, ".callback = {%s, %s}", name ? name : "0", slot_name(slot->value.callback.closures));
}

static void emit_number(double number) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    if (number != number)
        fputs(".number = __builtin_nan(\"\")", out);
    else if (number - number != 0)
        fprintf(out, ".number = %s__builtin_inf()", number < 0 ? "-" : "");
    else
        fprintf(out, ".number = %a", number);
}

static void emit_pair(const char *name, const txSlot *first, const txSlot *second) {
    fprintf(out, ".%s = {%s, %s}", name, slot_name(first), slot_name(second));
}

/* The value, after the kind it has in ROM: what was in a chunk of the heap is outside of it now. */
static txKind rom_kind(txKind kind) {
    switch (kind) {
    case XS_STRING_KIND:
        return XS_STRING_X_KIND;
    case XS_BIGINT_KIND:
        return XS_BIGINT_X_KIND;
    case XS_KEY_KIND:
        return XS_KEY_X_KIND;
    case XS_CODE_KIND:
        return XS_CODE_X_KIND;
    case XS_CALLBACK_KIND:
        return XS_CALLBACK_X_KIND;
    default:
        return kind;
    }
}

static void emit_value(const txSlot *slot) {
    const txValue *value = &slot->value;
    switch (rom_kind(slot->kind)) {
    case XS_UNINITIALIZED_KIND:
    case XS_UNDEFINED_KIND:
    case XS_NULL_KIND:
        fputs(".integer = 0", out);
        break;
    case XS_BOOLEAN_KIND:
        fprintf(out, ".boolean = %d", value->boolean);
        break;
    case XS_INTEGER_KIND:
        fprintf(out, ".integer = %d", (int)value->integer);
        break;
    case XS_NUMBER_KIND:
    case XS_DATE_KIND:
        emit_number(value->number);
        break;
    case XS_STRING_X_KIND:
        fputs(".string = ", out);
        emit_string(value->string);
        break;
    case XS_SYMBOL_KIND:
        fprintf(out, ".symbol = %u", (unsigned)value->symbol);
        break;
    case XS_REFERENCE_KIND:
        fprintf(out, ".reference = %s", slot_name(value->reference));
        break;
    case XS_CLOSURE_KIND:
        fprintf(out, ".closure = %s", slot_name(value->closure));
        break;
    case XS_INSTANCE_KIND:
        emit_pair("instance", NULL, value->instance.prototype);
        break;
    case XS_ARRAY_KIND:
        if (value->array.address)
            fprintf(out, ".array = {(txSlot *)chunk%u.items, %u}", slot_number,
                    (unsigned)value->array.length);
        else
            fprintf(out, ".array = {0, %u}", (unsigned)value->array.length);
        break;
    case XS_ARRAY_BUFFER_KIND:
        if (value->arrayBuffer.address)
            fprintf(out, ".arrayBuffer = {(txByte *)chunk%u.bytes, 0}", slot_number);
        else
            fputs(".arrayBuffer = {0, 0}", out);
        break;
    case XS_BUFFER_INFO_KIND:
        fprintf(out, ".bufferInfo = {%d, %d}", (int)value->bufferInfo.length,
                (int)value->bufferInfo.maxLength);
        break;
    case XS_DATA_VIEW_KIND:
        fprintf(out, ".dataView = {%d, %d}", (int)value->dataView.offset, (int)value->dataView.size);
        break;
    case XS_TYPED_ARRAY_KIND:
        fprintf(
            out,
            ".typedArray = {(txTypeDispatch *)&gxTypeDispatches[%d], (txTypeAtomics *)&gxTypeAtomics[%d]}",
            (int)(value->typedArray.dispatch - gxTypeDispatches),
            (int)(value->typedArray.atomics - gxTypeAtomics));
        break;
    case XS_CALLBACK_X_KIND:
        emit_callback(slot);
        break;
    case XS_CODE_X_KIND:
        fputs(".code = {", out);
        emit_code_pointer(value->code.address,
                          slot->kind == XS_CODE_KIND ? chunk_bytes(value->code.address) : 3);
        fprintf(out, ", %s}", slot_name(value->code.closures));
        break;
    case XS_HOME_KIND:
        emit_pair("home", value->home.object, value->home.module);
        break;
    case XS_ACCESSOR_KIND:
        emit_pair("accessor", value->accessor.getter, value->accessor.setter);
        break;
    case XS_ENTRY_KIND:
        fprintf(out, ".entry = {%s, %uu}", slot_name(value->entry.slot), (unsigned)value->entry.sum);
        break;
    case XS_ERROR_KIND:
        fprintf(out, ".error = {%s, %d}", slot_name(value->error.info), (int)value->error.which);
        break;
    case XS_EXPORT_KIND:
        emit_pair("export", value->export.closure, value->export.module);
        break;
    case XS_KEY_X_KIND:
        fputs(".key = {", out);
        emit_string(value->key.string);
        fprintf(out, ", %uu}", (unsigned)value->key.sum);
        break;
    case XS_LIST_KIND:
        emit_pair("list", value->list.first, value->list.last);
        break;
    case XS_MAP_KIND:
    case XS_SET_KIND:
        fprintf(out, ".table = {(txSlot **)chunk%u, %d}", slot_number, (int)value->table.length);
        break;
    case XS_MODULE_KIND:
    case XS_PROGRAM_KIND:
        fprintf(out, ".module = {0, %u}", (unsigned)value->module.id);
        break;
    case XS_PRIVATE_KIND:
        emit_pair("private", value->private.check, value->private.first);
        break;
    case XS_PROXY_KIND:
        emit_pair("proxy", value->proxy.handler, value->proxy.target);
        break;
    case XS_WEAK_ENTRY_KIND:
        emit_pair("weakEntry", value->weakEntry.check, value->weakEntry.value);
        break;
    case XS_WEAK_MAP_KIND:
    case XS_WEAK_SET_KIND:
        emit_pair("weakList", value->weakList.first, NULL);
        break;
    case XS_IDS_KIND:
        fprintf(out, ".IDs = (txID *)chunk%u", slot_number);
        break;
    case XS_HOST_KIND:
        if (value->host.data || value->host.variant.destructor) fail(slot, "a host object with data");
        fputs(".host = {0}", out);
        break;
    case XS_PROMISE_KIND:
    case XS_GLOBAL_KIND:
        fprintf(out, ".integer = %d", (int)value->integer);
        break;
    default:
        fail(slot, "this kind cannot be in ROM yet");
        fputs(".integer = 0", out);
    }
}

static void emit_slot_after(const char *next, const txSlot *slot) {
    fprintf(out, "{.next = %s, .kind = %d, .flag = %u, .ID = %u, .value = {", next, rom_kind(slot->kind),
            (unsigned)(slot->flag | XS_MARK_FLAG), (unsigned)slot->ID);
    emit_value(slot);
    fputs("}},\n", out);
}

static void emit_slot(const txSlot *slot) {
    emit_slot_after(slot_name(slot->next), slot);
}

/* An array's item has its index where others have the next slot. */
static void emit_item(const txSlot *item) {
    char index[32];
    txIndex number;
    memcpy(&number, item, sizeof number);
    snprintf(index, sizeof index, "(txSlot *)%u", (unsigned)number);
    emit_slot_after(index, item);
}

/* --- the whole -------------------------------------------------------------------------------------------
 */

static void declare_callback(const char *name) {
    fprintf(out, "extern void %s(txMachine *);\n", name);
}

static void each_slot(void (*visit)(const txSlot *, unsigned number)) {
    const txSlot *heap = machine->firstHeap;
    for (const txSlot *slot = heap + 1; slot < heap->value.reference; slot++)
        if (numbers[slot - heap]) visit(slot, numbers[slot - heap]);
}

static void emit_heap_slot(const txSlot *slot, unsigned number) {
    slot_number = number;
    fprintf(out, "[%u] = ", number);
    emit_slot(slot);
}

static void emit_pointers(const char *name, txSlot *const *slots, unsigned count) {
    fprintf(out, "static txSlot *const %s[] = {\n", name);
    for (unsigned i = 0; i < count; i++)
        fprintf(out, "%s,%s", slot_name(slots[i]), i % 16 == 15 ? "\n" : "");
    fputs("};\n", out);
}

bool emit(txMachine *the, const struct image_header *application, FILE *file) {
    machine = the;
    image = application;
    out = file;
    failed = false;
    number_slots();
    unsigned stack = (unsigned)(the->stackTop - the->stack);
    fputs("/* Made by tools/rom-linker. */\n#include \"xsAll.h\"\n\nextern const txU1 app_image[];\n", out);
    callbacks_each(declare_callback);
    fprintf(out, "static const txSlot heap[%u];\n#define S(i) ((txSlot *)&heap[i])\n", slots);
    each_slot(emit_chunks);
    fprintf(out, "static const txSlot heap[%u] = {\n", slots);
    each_slot(emit_heap_slot);
    fprintf(out, "};\nstatic const txSlot stack[%u] = {\n", stack);
    for (unsigned i = 0; i < stack; i++)
        emit_slot(the->stack + i);
    fputs("};\n", out);
    emit_pointers("keys", the->keyArray, the->keyIndex);
    emit_pointers("names", the->nameTable, (unsigned)the->nameModulo);
    emit_pointers("symbols", the->symbolTable, (unsigned)the->symbolModulo);
    fprintf(out,
            "const txPreparation xs_rom = {\n.version = {XS_MAJOR_VERSION, XS_MINOR_VERSION, "
            "XS_PATCH_VERSION, 0},\n"
            ".aliasCount = %u, .heapCount = %u, .heap = (txSlot *)heap, .stackCount = %u, .stack = (txSlot "
            "*)stack,\n"
            ".keyCount = %u, .keys = (txSlot **)keys, .nameModulo = %d, .names = (txSlot **)names,\n"
            ".symbolModulo = %d, .symbols = (txSlot **)symbols, .profileID = %u,\n};\n",
            (unsigned)the->aliasCount, slots, stack, (unsigned)the->keyIndex, (int)the->nameModulo,
            (int)the->symbolModulo, (unsigned)the->profileID);
    return !failed;
}
