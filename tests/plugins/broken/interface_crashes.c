/* Ends the process when it is asked for its tables. */
#include <stdlib.h>

#include "text.h"

static const void* crash(const char* interface_id) {
  (void)interface_id;
  abort();
}
#define BROKEN_INTERFACE crash
#include "base.h"
