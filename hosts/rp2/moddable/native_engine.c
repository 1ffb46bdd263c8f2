/* mcconfig names objects by their file alone, and there are two of this name. */
#include "../../../native/engine/engine.c"
