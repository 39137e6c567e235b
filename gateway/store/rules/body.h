#ifndef GATEWAY_STORE_RULES_BODY_H_
#define GATEWAY_STORE_RULES_BODY_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace kgw::store {

// A body as it lies in the store: codec, key id (0: not encrypted), length, SHA-256 of all the
// rest, payload. Compresses when that makes it smaller. An empty text is an empty body.
std::string EncodeBody(std::string_view text);

// DATA_LOSS when one bit is not as it was written.
absl::StatusOr<std::string> DecodeBody(std::string_view body);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_RULES_BODY_H_
