#ifndef GATEWAY_BASE_CONFIG_PATH_H_
#define GATEWAY_BASE_CONFIG_PATH_H_

#include <string>
#include <string_view>
#include <vector>

// The form of a setting's path, such as "destinations[0].url". Not for other rooms.
namespace kgw::internal {

// One step of a path: a field, perhaps with an entry of its list.
struct ConfigStep {
  std::string name;
  std::string entry;  // a position or a name; empty when the whole field is meant
};

// Cuts a path into its steps. False when brackets do not match or a name is missing.
bool CutPath(std::string_view path, std::vector<ConfigStep>* steps);

}  // namespace kgw::internal

#endif  // GATEWAY_BASE_CONFIG_PATH_H_
