// Throws while it is being loaded, before any wall stands.
#include <stdexcept>

#include "base.h"

namespace {

struct Thrower {
  Thrower() { throw std::runtime_error("no"); }
};

const Thrower thrower;

}  // namespace
