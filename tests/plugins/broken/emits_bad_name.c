/* Emits a name that is not UTF-8. */
#include "text.h"

static kgw_code map(void* self, const kgw_call* call, const kgw_item* items, uint32_t item_count) {
  (void)self;
  (void)items;
  (void)item_count;
  return call->emit(call->ctx, 0, text("text/plain"), text("a\xff"), text("b"));
}
#define BROKEN_MAP map
#include "base.h"
