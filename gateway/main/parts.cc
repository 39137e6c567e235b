#include "gateway/main/parts.h"

#include "gateway/base/strings.h"

namespace kgw::main {

void RunningOperations::Replace(std::shared_ptr<plugin::PluginSet> plugins) {
  MutexLock lock(mutex_);
  plugins_ = std::move(plugins);
}

std::shared_ptr<plugin::PluginSet> RunningOperations::Set() const {
  MutexLock lock(mutex_);
  return plugins_;
}

std::vector<plugin::PluginInfo> RunningOperations::Plugins() const {
  std::vector<plugin::PluginInfo> infos = Set()->List();
  std::erase_if(infos, [](const plugin::PluginInfo& each) {
    return each.state == plugin::PluginState::kAvailable;
  });
  for (plugin::PluginInfo& info : infos) {
    const auto in_use = mappers_.find(info.name);
    if (in_use == mappers_.end() || info.state == plugin::PluginState::kRefused ||
        !info.reason.empty() ||
        in_use->second == StrCat(info.id, " ", info.version, " ", info.sha256)) {
      continue;
    }
    info.reason =
        StrCat("the gateway still maps with ", in_use->second, ": a restart takes this one");
  }
  return infos;
}

}  // namespace kgw::main
