/*
 * Prepares the heap for read-only memory; takes the place of XS's own (linked with --wrap).
 *
 * An instance that may change gets an alias number, under which a machine keeps its copy in RAM once it has
 * changed. Numbers start at 1, for 0 means that there is none. Functions do not change: frozen, they need no
 * number. Maps and sets cannot have a copy: they are closed.
 */
#include "xsAll.h"

static bool is_function(const txSlot *instance) {
    const txSlot *internal = instance->next;
    return instance->flag & XS_CAN_CALL_FLAG && internal && internal->flag & XS_INTERNAL_FLAG;
}

static void freeze(txSlot *instance) {
    instance->flag |= XS_DONT_PATCH_FLAG;
    for (txSlot *property = instance->next; property; property = property->next) {
        property->flag |= XS_DONT_DELETE_FLAG;
        if (property->kind != XS_ACCESSOR_KIND) property->flag |= XS_DONT_SET_FLAG;
    }
}

static bool is_frozen_property(const txSlot *property) {
    return property->flag & XS_DONT_DELETE_FLAG &&
           (property->kind == XS_ACCESSOR_KIND || property->flag & XS_DONT_SET_FLAG);
}

static bool is_frozen(txMachine *the, const txSlot *instance) {
    if (!(instance->flag & XS_DONT_PATCH_FLAG)) return false;
    for (txSlot *property = instance->next; property; property = property->next) {
        if (property->kind != XS_ARRAY_KIND) {
            if (!is_frozen_property(property)) return false;
            continue;
        }
        const txSlot *item = property->value.array.address;
        for (txIndex left = fxGetIndexSize(the, property); left > 0; left--, item++)
            if (!is_frozen_property(item)) return false;
    }
    return true;
}

static void close_collection(txSlot *slot) {
    switch (slot->kind) {
    case XS_MAP_KIND:
    case XS_SET_KIND:
    case XS_WEAK_MAP_KIND:
    case XS_WEAK_SET_KIND:
        slot->flag |= XS_DONT_SET_FLAG;
        break;
    default:
        break;
    }
}

static void number_alias(txMachine *the, txSlot *slot) {
    if (the->aliasCount == 0) the->aliasCount = 1;
    slot->ID = the->aliasCount++;
}

static void share_slot(txMachine *the, txSlot *slot) {
    if (slot->kind == XS_INSTANCE_KIND) {
        if (is_function(slot)) freeze(slot);
        if (is_frozen(the, slot))
            slot->ID = XS_NO_ID;
        else
            number_alias(the, slot);
    } else if (slot->kind == XS_CLOSURE_KIND && slot->value.closure) {
        txSlot *variable = slot->value.closure;
        if (variable->flag & XS_DONT_SET_FLAG) {
            variable->flag |= XS_DONT_DELETE_FLAG;
        } else {
            if (variable->ID == XS_NO_ID) number_alias(the, variable);
            slot->flag &= ~XS_DONT_SET_FLAG;
        }
    }
    close_collection(slot);
}

void __wrap_fxShare(txMachine *the) {
    the->aliasCount = 0;
    for (txSlot *heap = the->firstHeap; heap; heap = heap->next)
        for (txSlot *slot = heap + 1; slot < heap->value.reference; slot++) {
            share_slot(the, slot);
            slot->flag |= XS_MARK_FLAG; /* the garbage collector passes it by */
        }
}
