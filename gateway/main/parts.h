#ifndef GATEWAY_MAIN_PARTS_H_
#define GATEWAY_MAIN_PARTS_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/mutex.h"
#include "gateway/delivery/engine.h"
#include "gateway/plugin/plugin_set.h"
#include "gateway/plugin/services.h"
#include "gateway/server/operations.h"
#include "gateway/store/plugin_values.h"

// Small pieces that fit one room to another.
namespace kgw::main {

// kgw.state/1 over the store.
class StoredState final : public plugin::StateStore {
 public:
  // The values must outlive it.
  explicit StoredState(store::PluginValues& values) : values_(values) {}
  absl::StatusOr<std::string> GetState(std::string_view scope, std::string_view tenant,
                                       std::string_view key) override {
    return values_.GetState(scope, tenant, key);
  }
  absl::Status PutState(std::string_view scope, std::string_view tenant, std::string_view key,
                        std::string_view value) override {
    return values_.PutState(scope, tenant, key, value);
  }

 private:
  store::PluginValues& values_;
};

// What AdminService asks of plug-ins and delivery.
class RunningOperations final : public server::Operations {
 public:
  // `mappers` are the identities of those that map until the process ends, by their plug-ins'
  // names. `engine` must outlive it.
  RunningOperations(std::shared_ptr<plugin::PluginSet> plugins,
                    std::map<std::string, std::string> mappers, delivery::DeliveryEngine& engine)
      : plugins_(std::move(plugins)), mappers_(std::move(mappers)), engine_(engine) {}
  std::vector<plugin::PluginInfo> Plugins() const override;
  std::vector<delivery::DestinationStatus> Destinations() const override {
    return engine_.Snapshot();
  }
  delivery::ProbeReport Probe(std::string_view destination) override {
    return engine_.Probe(destination);
  }
  std::shared_ptr<plugin::PluginSet> Set() const;
  void Replace(std::shared_ptr<plugin::PluginSet> plugins);

 private:
  mutable Mutex mutex_;
  std::shared_ptr<plugin::PluginSet> plugins_ KGW_GUARDED_BY(mutex_);
  const std::map<std::string, std::string> mappers_;
  delivery::DeliveryEngine& engine_;
};

}  // namespace kgw::main

#endif  // GATEWAY_MAIN_PARTS_H_
