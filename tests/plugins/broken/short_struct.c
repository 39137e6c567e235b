/* Compiled against a descriptor that ended earlier. */
#define BROKEN_STRUCT_SIZE 40
#include "base.h"
