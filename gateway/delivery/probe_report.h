#ifndef GATEWAY_DELIVERY_PROBE_REPORT_H_
#define GATEWAY_DELIVERY_PROBE_REPORT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gateway/plugin/mapper.h"

namespace kgw::delivery {

// What a far side said it can do.
struct ProbeReport {
  // NOT_FOUND: there is no such destination. Otherwise why it was not reached, or OK.
  absl::Status status;
  std::string report_json = {};  // application/vnd.kgw.probe+json; empty when it did not answer
  std::vector<plugin::PluginIssue> issues = {};
};

}  // namespace kgw::delivery

#endif  // GATEWAY_DELIVERY_PROBE_REPORT_H_
