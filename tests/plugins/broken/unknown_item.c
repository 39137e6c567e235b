/* Answers about an item that it was not given. */
#include "text.h"

static kgw_code map(void* self, const kgw_call* call, const kgw_item* items, uint32_t item_count) {
  (void)self;
  (void)items;
  (void)item_count;
  call->emit(call->ctx, 7, text("text/plain"), text("a"), text("b"));
  return KGW_OK;
}
#define BROKEN_MAP map
#include "base.h"
