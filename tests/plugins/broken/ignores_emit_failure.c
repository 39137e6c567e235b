/* Emits a body over the limit, does not look at the answer, and is content. */
#include "text.h"

static kgw_code map(void* self, const kgw_call* call, const kgw_item* items, uint32_t item_count) {
  (void)self;
  (void)items;
  (void)item_count;
  static char large[4096];
  const kgw_slice body = {large, sizeof(large)};
  call->emit(call->ctx, 0, text("text/plain"), text("a"), body);
  return KGW_OK;
}
#define BROKEN_MAP map
#include "base.h"
