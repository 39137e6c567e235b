/* A mapper and a connector in one library; its manifest may name either. */
#include "text.h"

static kgw_code map(void* self, const kgw_call* call, const kgw_item* items, uint32_t count) {
  (void)self;
  (void)items;
  for (uint32_t i = 0; i < count; ++i) {
    call->emit(call->ctx, i, text("text/plain"), text("a"), text("b"));
  }
  return KGW_OK;
}

static kgw_code deliver(void* self, const kgw_call* call, const kgw_item* unit) {
  (void)self;
  (void)unit;
  return call->emit(call->ctx, 0, text("text/plain"), text("a"), text("b"));
}

#include "connector.h"

static const kgw_mapper mapper = {sizeof(kgw_mapper), 0, map};
static const void* either(const char* interface_id) {
  return strcmp(interface_id, KGW_MAPPER) == 0 ? (const void*)&mapper
                                               : only_connector(interface_id);
}
#define BROKEN_INTERFACE either
#define BROKEN_MAP map
#include "base.h"
