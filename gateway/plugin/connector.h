#ifndef GATEWAY_PLUGIN_CONNECTOR_H_
#define GATEWAY_PLUGIN_CONNECTOR_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/plugin/mapper.h"

namespace kgw::plugin {

// Receives what a connector emits while its call runs, on the call's thread. Must not return OK
// before the output is durable.
class EmitSink {
 public:
  virtual ~EmitSink() = default;
  virtual absl::Status OnEmit(const Emitted& emitted) = 0;
};

struct CallResult {
  absl::Status status;
  std::vector<PluginIssue> issues;
  absl::Duration retry_after = absl::ZeroDuration();
};

// A configured connector plug-in: one destination. Safe from any thread.
class Connector {
 public:
  virtual ~Connector() = default;
  virtual CallResult Deliver(std::string_view tenant, std::string_view unit_json, EmitSink& sink,
                             absl::Duration timeout) = 0;
  virtual CallResult Probe(EmitSink& sink, absl::Duration timeout) = 0;
  virtual const std::string& identity() const = 0;
};

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_CONNECTOR_H_
