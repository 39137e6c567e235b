/* Needs a function that no library has. */
#include "text.h"

extern kgw_code function_that_nobody_has(void);

static kgw_code map(void* self, const kgw_call* call, const kgw_item* items, uint32_t item_count) {
  (void)self;
  (void)call;
  (void)items;
  (void)item_count;
  return function_that_nobody_has();
}
#define BROKEN_MAP map
#include "base.h"
