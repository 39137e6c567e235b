// Lets a thread of its own answer.
#include <thread>

#include "text.h"

static kgw_code Map(void*, const kgw_call* call, const kgw_item*, uint32_t) {
  kgw_code code = KGW_OK;
  std::thread([&] {
    code = call->emit(call->ctx, 0, text("text/plain"), text("a"), text("b"));
  }).join();
  return code;
}
#define BROKEN_MAP Map
#include "base.h"
