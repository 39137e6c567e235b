/* Closes an item with a number of its own. */
#include "text.h"

static kgw_code map(void* self, const kgw_call* call, const kgw_item* items, uint32_t item_count) {
  (void)self;
  (void)items;
  (void)item_count;
  call->finish(call->ctx, 0, -1);
  return KGW_OK;
}
#define BROKEN_MAP map
#include "base.h"
