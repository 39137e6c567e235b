/* Closes an item twice, and changes its mind. */
#include "text.h"

static kgw_code map(void* self, const kgw_call* call, const kgw_item* items, uint32_t item_count) {
  (void)self;
  (void)items;
  (void)item_count;
  call->emit(call->ctx, 0, text("text/plain"), text("a"), text("b"));
  call->finish(call->ctx, 0, KGW_OK);
  call->finish(call->ctx, 0, KGW_INVALID_ARGUMENT);
  return KGW_OK;
}
#define BROKEN_MAP map
#include "base.h"
