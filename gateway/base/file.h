#ifndef GATEWAY_BASE_FILE_H_
#define GATEWAY_BASE_FILE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace kgw {

// The whole file. Errors name the path and what to do: NOT_FOUND, PERMISSION_DENIED,
// INVALID_ARGUMENT when it is a folder or larger than `max_bytes`, UNAVAILABLE when reading fails.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max_bytes);

// A secret from a file or, when `file` is empty, from an environment variable; without white space
// at its end. `field` names the setting in errors, which never show the secret. INVALID_ARGUMENT
// when both or neither are given, or the secret is empty or longer than 64 kB.
absl::StatusOr<std::string> ReadSecret(const std::string& file, const std::string& environment,
                                       std::string_view field);

}  // namespace kgw

#endif  // GATEWAY_BASE_FILE_H_
