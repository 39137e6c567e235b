#ifndef GATEWAY_STORE_PLUGIN_VALUES_H_
#define GATEWAY_STORE_PLUGIN_VALUES_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kgw::store {

// Small durable values of plug-ins (kgw.state/1). Safe from any thread; durable on return.
class PluginValues {
 public:
  virtual ~PluginValues() = default;

  // NOT_FOUND when there is none.
  virtual absl::StatusOr<std::string> GetState(std::string_view plugin, std::string_view tenant,
                                               std::string_view key) = 0;
  // INVALID_ARGUMENT for more than 1 MB.
  virtual absl::Status PutState(std::string_view plugin, std::string_view tenant,
                                std::string_view key, std::string_view value) = 0;
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_PLUGIN_VALUES_H_
