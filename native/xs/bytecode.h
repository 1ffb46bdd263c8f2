/* Walking XS bytecode, shared by the module compiler and the machine. Include after an XS header. */
#ifndef DSPI_XS_BYTECODE_H
#define DSPI_XS_BYTECODE_H

#include <stdint.h>
#include <string.h>

/* Bytes of the operation at `at`, operands included. */
static inline size_t bytecode_size(const uint8_t *at) {
    uint16_t length16;
    uint32_t length32;
    txS1 kind = gxCodeSizes[*at];
    switch (kind) {
    case 0: /* an identifier follows */
        return 1 + sizeof(txID);
    case -1: /* so many bytes of length follow, and as many bytes of data */
        return 2 + at[1];
    case -2:
        memcpy(&length16, at + 1, 2);
        return 3 + length16;
    case -4:
        memcpy(&length32, at + 1, 4);
        return 5 + length32;
    default:
        return (size_t)kind;
    }
}

static inline uint16_t bytecode_operand16(const uint8_t *at) {
    uint16_t operand;
    memcpy(&operand, at + 1, 2);
    return operand;
}

#endif
