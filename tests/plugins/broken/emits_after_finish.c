/* Closes an item, and then has one more thing to say about it. */
#include "text.h"

static kgw_code map(void* self, const kgw_call* call, const kgw_item* items, uint32_t item_count) {
  (void)self;
  (void)items;
  (void)item_count;
  call->emit(call->ctx, 0, text("text/plain"), text("a"), text("b"));
  call->finish(call->ctx, 0, KGW_OK);
  call->emit(call->ctx, 0, text("text/plain"), text("late"), text("b"));
  return KGW_OK;
}
#define BROKEN_MAP map
#include "base.h"
