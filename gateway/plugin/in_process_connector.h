#ifndef GATEWAY_PLUGIN_IN_PROCESS_CONNECTOR_H_
#define GATEWAY_PLUGIN_IN_PROCESS_CONNECTOR_H_

#include <memory>
#include <string>

#include "gateway/plugin/connector.h"
#include "gateway/plugin/instance.h"

namespace kgw::plugin {

// A connector plug-in called within this process.
class InProcessConnector : public Connector {
 public:
  // The instance's library offers kgw.connector/1.
  explicit InProcessConnector(std::unique_ptr<Instance> instance)
      : instance_(std::move(instance)) {}

  CallResult Deliver(std::string_view tenant, std::string_view unit_json, EmitSink& sink,
                     absl::Duration timeout) override;
  CallResult Probe(EmitSink& sink, absl::Duration timeout) override;
  const std::string& identity() const override { return instance_->identity(); }

 private:
  std::unique_ptr<Instance> instance_;
};

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_IN_PROCESS_CONNECTOR_H_
