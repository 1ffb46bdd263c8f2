@ Begins a function, or gives one another name.
    .macro function name
    .global \name
    .type \name, %function
    .thumb_func
\name:
    .endm
