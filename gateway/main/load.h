#ifndef GATEWAY_MAIN_LOAD_H_
#define GATEWAY_MAIN_LOAD_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/main/settings.h"

namespace kgw::main {

// Where a configuration comes from.
struct ConfigSource {
  std::string file;
  std::vector<std::string> overrides;  // "PATH=VALUE", applied in order
};

struct LoadedConfig {
  Settings settings;
  std::string hash;  // of the content, overrides included
};

// Reads, overrides and understands a configuration. INVALID_ARGUMENT lists what is wrong, each on a
// line "FILE:LINE: path: what was expected". Reads no secret.
absl::StatusOr<LoadedConfig> LoadConfig(const ConfigSource& source);

}  // namespace kgw::main

#endif  // GATEWAY_MAIN_LOAD_H_
