/* Names an interface in its manifest and has no table for it. */
#include <stddef.h>

static const void* no_interface(const char* interface_id) {
  (void)interface_id;
  return NULL;
}
#define BROKEN_INTERFACE no_interface
#define BROKEN_MAP NULL
#include "base.h"
