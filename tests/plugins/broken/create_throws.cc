// Throws while it is made.
#include <stdexcept>

#include "kgw/kgw.h"

static kgw_code Throw(const kgw_host*, kgw_slice, const kgw_call*, void**) {
  throw std::runtime_error("secret of a patient");
}
#define BROKEN_CREATE Throw
#include "base.h"
