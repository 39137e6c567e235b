#ifndef GATEWAY_PLUGIN_PLUGIN_SET_H_
#define GATEWAY_PLUGIN_PLUGIN_SET_H_

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/mutex.h"
#include "gateway/plugin/active_call.h"
#include "gateway/plugin/connector.h"
#include "gateway/plugin/instance.h"
#include "gateway/plugin/mapper.h"
#include "gateway/plugin/plugin_info.h"
#include "gateway/plugin/services.h"

namespace kgw::plugin {

struct PluginSetOptions {
  // Folders searched in order; a plug-in NAME is the folder NAME with NAME.kgw.json in it.
  std::vector<std::string> paths;
  // Those to load. Others found in `paths` are listed, but none of their code runs.
  std::vector<std::string> names;
  // What the operator lets plug-ins ask for at all.
  std::set<std::string> granted_services = {KGW_HTTP, KGW_STATE};
  LogFunction log;
  std::shared_ptr<CallObserver> observer;
  // Longest time a plug-in may take to be created.
  absl::Duration create_timeout = absl::Seconds(30);
  CallLimits limits;
  // Set when the host shuts down: calls see themselves cancelled. Sets that are made anew for one
  // host share it. May be null.
  std::shared_ptr<std::atomic<bool>> cancel;
  // Load the files themselves and not private copies: for debuggers and profilers.
  bool load_in_place = false;
  // For tests; see InstanceHost.
  bool guard_lent_bytes = false;
};

// The plug-ins of one gateway. A plug-in that is refused stops neither the gateway nor the others.
// Any thread. What it makes may outlive it.
class PluginSet {
 public:
  // Looks for all named plug-ins and loads those that pass admission. Never fails as a whole.
  static std::unique_ptr<PluginSet> Load(PluginSetOptions options);

  // Sorted by name.
  std::vector<PluginInfo> List() const;
  // What the loaded mappers say they make, sorted, each once. Empty when none says it.
  std::vector<std::string> ResourceTypes() const;

  // A configured plug-in of that name. NOT_FOUND when it was not named in the options;
  // FAILED_PRECONDITION with its refusal, or when it does not offer the interface; else what
  // `create` answered. `config_json` as docs/plugin-authors says: {"settings":{"name":"value"}}.
  absl::StatusOr<std::unique_ptr<Mapper>> MakeMapper(std::string_view name,
                                                     std::string_view config_json) const;
  absl::StatusOr<std::unique_ptr<Connector>> MakeConnector(std::string_view name,
                                                           std::string_view config_json,
                                                           const ConnectorGrant& grant) const;

  // For shutting down: every running and every later call of this set, and of those that share its
  // flag, sees itself cancelled, and requests on their way are given up.
  void CancelCalls();

 private:
  struct Entry {
    PluginInfo info;
    Library* library = nullptr;
  };

  explicit PluginSet(PluginSetOptions options);
  void LoadOne(const std::string& name);
  void FindOthers();
  absl::StatusOr<std::unique_ptr<Instance>> MakeInstance(std::string_view name,
                                                         std::string_view interface_id,
                                                         std::string_view config_json,
                                                         const ConnectorGrant& grant) const;
  absl::StatusOr<std::unique_ptr<Instance>> Create(Library& library, std::string_view config_json,
                                                   const ConnectorGrant& grant) const;

  const PluginSetOptions options_;
  std::map<std::string, Entry, std::less<>> entries_;  // not changed after Load
  mutable Mutex mutex_;
  // Of making, by name.
  mutable std::map<std::string, std::string, std::less<>> failures_ KGW_GUARDED_BY(mutex_);
  std::shared_ptr<HttpEngine> http_;
  std::shared_ptr<std::atomic<bool>> cancel_;
};

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_PLUGIN_SET_H_
