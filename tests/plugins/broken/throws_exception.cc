// Written without the wrapper's wall: lets an exception out.
#include <stdexcept>

#include "kgw/kgw.h"

static kgw_code Throw(void*, const kgw_call*, const kgw_item*, uint32_t) {
  throw std::runtime_error("secret of a patient");
}
#define BROKEN_MAP Throw
#include "base.h"
