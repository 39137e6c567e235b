#ifndef GATEWAY_STORE_SQLITE_FREE_BYTES_H_
#define GATEWAY_STORE_SQLITE_FREE_BYTES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace kgw::store {

// What may still be written on the volume of a file, in bytes, without the part kept for root.
absl::StatusOr<int64_t> FreeBytesBeside(const std::string& path);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_FREE_BYTES_H_
