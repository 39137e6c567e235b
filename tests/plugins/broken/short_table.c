/* Its interface's table ends before the function. */
#define BROKEN_TABLE_SIZE 8
#include "base.h"
