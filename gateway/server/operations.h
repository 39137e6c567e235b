#ifndef GATEWAY_SERVER_OPERATIONS_H_
#define GATEWAY_SERVER_OPERATIONS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/fhir/issue.h"

namespace kgw::server {

struct PluginInfo {
  std::string name;
  std::string id;
  std::string version;
  std::string sha256;
  std::string kind;  // "mapper" or "connector"
  bool refused = false;
  std::string reason;  // one sentence: why refused, or why it could not be set up the last time
};

// How a destination does right now.
struct DestinationState {
  std::string name;
  std::string state;  // "ready", "circuit_open" or "plugin_refused"
  std::string detail;
};

struct ProbeReport {
  bool ok = false;
  fhir::Issues issues;
  std::string report_json;  // what the connector found; may be empty
};

// What AdminService asks of the parts of the gateway that run. Safe from any thread.
class Operations {
 public:
  virtual ~Operations() = default;
  virtual std::vector<PluginInfo> Plugins() const = 0;
  virtual std::vector<DestinationState> Destinations() const = 0;
  // Asks the far side; takes as long as that takes. NOT_FOUND when there is no such destination.
  virtual absl::StatusOr<ProbeReport> Probe(std::string_view destination) = 0;
};

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_OPERATIONS_H_
