#ifndef GATEWAY_STORE_CONDITION_H_
#define GATEWAY_STORE_CONDITION_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kgw::store {

// How the store itself stands. Safe from any thread.
class Condition {
 public:
  virtual ~Condition() = default;

  // OK until the store has failed for good; else why. Only opening it anew helps.
  virtual absl::Status Health() = 0;
  // OK while there is room for what is written; else RESOURCE_EXHAUSTED, as the last write was
  // answered. Passes by itself once there is room, also when nobody writes.
  virtual absl::Status Room() { return absl::OkStatus(); }
  // What may still be written on the store's volume, in bytes; UNIMPLEMENTED where there is none.
  virtual absl::StatusOr<int64_t> FreeBytes() { return absl::UnimplementedError(""); }
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_CONDITION_H_
