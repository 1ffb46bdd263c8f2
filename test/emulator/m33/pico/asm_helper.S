/* What the Pico SDK's assembler sources for the double-precision coprocessor need of it: names, sections, functions. */
#define HAS_DOUBLE_COPROCESSOR   1
#define PICO_DOUBLE_IN_RAM       0
#define WRAPPER_FUNC_NAME(name)  __wrap_##name
#define SECTION_NAME(name)       .text.name
#define apsr_nzcv                r15

.macro pico_default_asm_setup
.syntax unified
.cpu cortex-m33
.fpu fpv5-sp-d16
.thumb
.endm

.macro regular_func name
.global \name
.type \name, %function
.thumb_func
\name:
.endm

.macro wrapper_func name
regular_func WRAPPER_FUNC_NAME(\name)
.endm
