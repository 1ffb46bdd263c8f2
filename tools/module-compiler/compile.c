#include "compile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytecode.h"

/* Room for one token (a long string) and the parser's hash table. */
#define PARSER_BUFFER  (1024 * 1024)
#define PARSER_BUCKETS 1993

static txID find_identifier(struct keys *keys, const char *name) {
    for (int id = XS_SYMBOL_ID_COUNT; id < XS_ID_COUNT; id++)
        if (strcmp(gxIDStrings[id], name) == 0) return (txID)id;
    const char *key = (const char *)keys->names.data;
    for (uint32_t i = 0; i < keys->count; i++) {
        if (strcmp(key, name) == 0) return (txID)(XS_ID_COUNT + i);
        key += strlen(key) + 1;
    }
    bytes_add_string(&keys->names, name);
    return (txID)(XS_ID_COUNT + keys->count++);
}

/* The opcodes that let functions and strings stay where they lie instead of being copied to the heap. */
static txU1 in_place(txU1 opcode) {
    if (XS_CODE_CODE_1 <= opcode && opcode <= XS_CODE_CODE_4)
        return opcode - XS_CODE_CODE_1 + XS_CODE_CODE_ARCHIVE_1;
    if (XS_CODE_STRING_1 <= opcode && opcode <= XS_CODE_STRING_4)
        return opcode - XS_CODE_STRING_1 + XS_CODE_STRING_ARCHIVE_1;
    return opcode;
}

static void bind_code(uint8_t *code, size_t size, const txID *identifiers) {
    for (uint8_t *at = code; at < code + size; at += bytecode_size(at)) {
        if (gxCodeSizes[*at] == 0 && bytecode_operand16(at) != XS_NO_ID)
            memcpy(at + 1, &identifiers[bytecode_operand16(at)], sizeof(txID));
        *at = in_place(*at);
    }
}

static txID *bind_symbols(const txScript *script, struct keys *keys) {
    const char *at = (const char *)script->symbolsBuffer;
    uint16_t count;
    memcpy(&count, at, 2);
    at += 2;
    txID *identifiers = calloc(count ? count : 1, sizeof *identifiers);
    for (uint16_t i = 1; i < count; i++) {
        identifiers[i] = find_identifier(keys, at);
        at += strlen(at) + 1;
    }
    return identifiers;
}

static uint16_t native_count(const txScript *script) {
    uint16_t count = 0;
    if (script->hostsBuffer) memcpy(&count, script->hostsBuffer, 2);
    return count;
}

static void write_natives(const txScript *script, const txID *identifiers, struct bytes *to) {
    const uint8_t *at = (const uint8_t *)script->hostsBuffer + 2;
    for (uint16_t left = native_count(script); left; left--) {
        uint16_t parameters = *at, symbol;
        memcpy(&symbol, at + 1, 2);
        at += 3;
        bytes_add16(to, symbol == (uint16_t)-1 ? XS_NO_ID : identifiers[symbol]);
        bytes_add16(to, parameters);
        bytes_add_string(to, (const char *)at);
        bytes_pad(to);
        at += strlen((const char *)at) + 1;
    }
}

static void write_module(const char *name, const txScript *script, struct keys *keys, struct bytes *to) {
    txID *identifiers = bind_symbols(script, keys);
    bind_code((uint8_t *)script->codeBuffer, script->codeSize, identifiers);
    bytes_add32(to, script->codeSize);
    bytes_add32(to, native_count(script));
    bytes_add_string(to, name);
    bytes_pad(to);
    bytes_add(to, script->codeBuffer, script->codeSize);
    bytes_pad(to);
    write_natives(script, identifiers, to);
    free(identifiers);
}

/* --- what the parser asks of its host ---------------------------------------------------------------- */

static void say(const char *path, int line, const char *what, const char *format, c_va_list arguments) {
    fprintf(stderr, "%s:%d: %s", path ? path : "?", line, what);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void fxVReportError(void *console, txString path, txInteger line, txString format, c_va_list arguments) {
    (void)console;
    say(path, line, "", format, arguments);
}

void fxVReportWarning(void *console, txString path, txInteger line, txString format, c_va_list arguments) {
    (void)console;
    say(path, line, "warning: ", format, arguments);
}

/* Functions are not profiled. */
txID fxGenerateProfileID(void *console) {
    (void)console;
    return XS_NO_ID;
}

/* Distinguishes template literals, which are cached by tag. */
void fxGenerateTag(void *console, txString buffer, txInteger size, txString path) {
    static unsigned tag;
    (void)console, (void)path;
    snprintf(buffer, size, "#%u", tag++);
}

/* --- one module -------------------------------------------------------------------------------------- */

static txScript *parse(txParser *parser, const char *path, FILE *source) {
    txParserJump jump;
    size_t length = strlen(path);
    bool natives = length > 3 && strcmp(path + length - 3, ".js") == 0;
    fxInitializeParser(parser, C_NULL, PARSER_BUFFER, PARSER_BUCKETS);
    parser->firstJump = &jump;
    if (c_setjmp(jump.jmp_buf)) return NULL;
    parser->path = fxNewParserSymbol(parser, (txString)path);
    fxParserTree(parser, source, (txGetter)fgetc, mxDebugFlag | (natives ? mxCFlag : 0), C_NULL);
    if (parser->errorCount) return NULL;
    fxParserHoist(parser);
    fxParserBind(parser);
    return fxParserCode(parser);
}

bool compile_module(const char *name, const char *path, const char *file, struct keys *keys,
                    struct bytes *modules) {
    FILE *source = fopen(file, "r");
    if (!source) {
        fprintf(stderr, "%s: cannot be read\n", file);
        return false;
    }
    txParser parser;
    txScript *script = parse(&parser, path, source);
    fclose(source);
    bool compiled = script && parser.errorCount == 0;
    if (compiled) write_module(name, script, keys, modules);
    fxDeleteScript(script);
    fxTerminateParser(&parser);
    return compiled;
}
