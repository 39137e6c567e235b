/* A mapper whose call never ends, whether or not it is cancelled. It says that it has begun. */
#include <stdio.h>
#include <unistd.h>

#include "text.h"

static kgw_code map(void* self, const kgw_call* call, const kgw_item* items, uint32_t count) {
  (void)self;
  (void)call;
  (void)items;
  (void)count;
  fputs("stuck_mapper: maps\n", stderr);
  while (1) pause();
}
#define BROKEN_MAP map
#include "base.h"
