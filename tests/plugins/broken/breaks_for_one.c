/* Fine, but for an item whose body is "bad": then it names an item that is not there. */
#include "text.h"

static kgw_code map(void* self, const kgw_call* call, const kgw_item* items, uint32_t count) {
  (void)self;
  for (uint32_t i = 0; i < count; ++i) {
    const int bad = items[i].body.size == 3 && memcmp(items[i].body.data, "bad", 3) == 0;
    call->emit(call->ctx, bad ? 99 : i, text("text/plain"), text("a"), text("b"));
  }
  return KGW_OK;
}
#define BROKEN_MAP map
#include "base.h"
