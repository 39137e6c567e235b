#ifndef GATEWAY_MAIN_PARTS_H_
#define GATEWAY_MAIN_PARTS_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/mutex.h"
#include "gateway/delivery/engine.h"
#include "gateway/plugin/mapper.h"
#include "gateway/plugin/plugin_set.h"
#include "gateway/plugin/services.h"
#include "gateway/server/operations.h"
#include "gateway/store/store.h"

// Small pieces that fit one room to another.
namespace kgw::main {

// kgw.state/1 over the store.
class StoredState final : public plugin::StateStore {
 public:
  explicit StoredState(store::Store& store) : store_(store) {}
  absl::StatusOr<std::string> GetState(std::string_view scope, std::string_view tenant,
                                       std::string_view key) override {
    return store_.GetState(scope, tenant, key);
  }
  absl::Status PutState(std::string_view scope, std::string_view tenant, std::string_view key,
                        std::string_view value) override {
    return store_.PutState(scope, tenant, key, value);
  }

 private:
  store::Store& store_;
};

// Stands in for a mapper that was refused: every record is parked with the reason.
class AbsentMapper final : public plugin::Mapper {
 public:
  explicit AbsentMapper(absl::Status why) : why_(std::move(why)) {}
  std::vector<plugin::MapResult> Map(const std::vector<plugin::MapInput>& inputs,
                                     absl::Duration timeout) override;
  const std::string& identity() const override { return identity_; }

 private:
  const absl::Status why_;
  const std::string identity_ = "none";
};

// What AdminService asks of plug-ins and delivery.
class RunningOperations final : public server::Operations {
 public:
  // `mapper` is the identity of the one that maps until the process ends. `engine` must outlive it.
  RunningOperations(std::shared_ptr<plugin::PluginSet> plugins, std::string mapper,
                    delivery::DeliveryEngine& engine)
      : plugins_(std::move(plugins)), mapper_(std::move(mapper)), engine_(engine) {}
  std::vector<server::PluginInfo> Plugins() const override;
  std::vector<server::DestinationState> Destinations() const override;
  absl::StatusOr<server::ProbeReport> Probe(std::string_view destination) override;
  std::shared_ptr<plugin::PluginSet> Set() const;
  void Replace(std::shared_ptr<plugin::PluginSet> plugins);

 private:
  mutable Mutex mutex_;
  std::shared_ptr<plugin::PluginSet> plugins_ KGW_GUARDED_BY(mutex_);
  const std::string mapper_;
  delivery::DeliveryEngine& engine_;
};

}  // namespace kgw::main

#endif  // GATEWAY_MAIN_PARTS_H_
