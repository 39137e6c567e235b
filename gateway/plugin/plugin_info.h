#ifndef GATEWAY_PLUGIN_PLUGIN_INFO_H_
#define GATEWAY_PLUGIN_PLUGIN_INFO_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kgw::plugin {

enum class PluginState : uint8_t {
  kLoaded,
  kRefused,    // `reason` says why
  kAvailable,  // found, but nothing uses it
};

// What an operator sees of a plug-in.
struct PluginInfo {
  std::string name;
  PluginState state = PluginState::kRefused;
  // One sentence: why it was refused, or why it is loaded and the last instance could not be made.
  std::string reason;
  std::string path;  // of its folder; empty when there is none
  std::string id;    // from here on empty when the manifest could not be read
  std::string version;
  std::string license;
  std::string sha256;
  std::string status;  // "experimental", "beta", "stable" or empty
  std::string security_posture;
  std::vector<std::string> interfaces;
  std::vector<std::string> services;
  std::vector<std::string> resource_types;  // that a mapper says it makes
  uint64_t misuses = 0;                     // calls used after their end or from another thread
};

// "mapper" or "connector", by the interface it offers; empty when its manifest could not be read.
std::string_view KindOf(const PluginInfo& info);

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_PLUGIN_INFO_H_
