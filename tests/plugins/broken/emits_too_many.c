/* Never stops emitting. */
#include "text.h"

static kgw_code map(void* self, const kgw_call* call, const kgw_item* items, uint32_t item_count) {
  (void)self;
  (void)items;
  (void)item_count;
  kgw_code code = KGW_OK;
  for (int i = 0; i < 100000 && code == KGW_OK; ++i) {
    code = call->emit(call->ctx, 0, text("text/plain"), text("a"), text("b"));
  }
  return code;
}
#define BROKEN_MAP map
#include "base.h"
