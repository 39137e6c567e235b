/* Takes the body for a C string and reads the byte after it. */
#include "text.h"

static kgw_code map(void* self, const kgw_call* call, const kgw_item* items, uint32_t item_count) {
  (void)self;
  (void)item_count;
  const volatile char* body = (const volatile char*)items[0].body.data;
  if (body[items[0].body.size] == '\0') {
    return call->emit(call->ctx, 0, text("text/plain"), text("a"), text("b"));
  }
  return KGW_INTERNAL;
}
#define BROKEN_MAP map
#include "base.h"
