#ifndef GATEWAY_SERVER_OPERATIONS_H_
#define GATEWAY_SERVER_OPERATIONS_H_

#include <string_view>
#include <vector>

#include "gateway/delivery/destination.h"
#include "gateway/delivery/probe_report.h"
#include "gateway/plugin/plugin_info.h"

namespace kgw::server {

// What AdminService asks of the parts of the gateway that run. Safe from any thread.
class Operations {
 public:
  virtual ~Operations() = default;
  // Those that are used, or that were refused.
  virtual std::vector<plugin::PluginInfo> Plugins() const = 0;
  virtual std::vector<delivery::DestinationStatus> Destinations() const = 0;
  // Asks the far side; takes as long as that takes.
  virtual delivery::ProbeReport Probe(std::string_view destination) = 0;
};

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_OPERATIONS_H_
