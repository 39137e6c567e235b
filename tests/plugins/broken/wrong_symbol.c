/* Exports the entry of a major version that is not there. */
#define BROKEN_ENTRY kgw_entry_v2
#include "base.h"
