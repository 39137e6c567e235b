#ifndef GATEWAY_MAIN_FLAGS_H_
#define GATEWAY_MAIN_FLAGS_H_

#include <optional>
#include <string>
#include <vector>

namespace kgw::main {

struct Flags {
  std::string config;
  std::vector<std::string> set;
  bool check_config = false;
  // Set when there is nothing to run: --help and --version (0), or a usage that is wrong (2). What
  // was to be said has been said.
  std::optional<int> exit;
};

Flags ReadFlags(int argc, char** argv);

}  // namespace kgw::main

#endif  // GATEWAY_MAIN_FLAGS_H_
