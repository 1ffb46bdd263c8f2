/* Included before each file of XS: XS mentions all functions that a machine may call in mxCallback(). */
#include "callbacks.h"

#undef mxCallback
#define mxCallback(FUNCTION) (callbacks_add(FUNCTION, #FUNCTION), FUNCTION)
