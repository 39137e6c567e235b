/* Keeps a copy of the first call, and answers the second through it. */
#include "text.h"

static kgw_call kept;

static kgw_code map(void* self, const kgw_call* call, const kgw_item* items, uint32_t item_count) {
  (void)self;
  (void)items;
  (void)item_count;
  if (kept.struct_size == 0) kept = *call;
  const kgw_code code = kept.emit(kept.ctx, 0, text("text/plain"), text("a"), text("b"));
  if (kept.ctx != call->ctx) kept.finish(kept.ctx, 0, KGW_OK);
  return code;
}
#define BROKEN_MAP map
#include "base.h"
