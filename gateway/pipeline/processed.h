#ifndef GATEWAY_PIPELINE_PROCESSED_H_
#define GATEWAY_PIPELINE_PROCESSED_H_

#include <string>
#include <vector>

#include "gateway/fhir/issue.h"
#include "gateway/fhir/safety_signal.h"
#include "gateway/store/new_version.h"

namespace kgw::pipeline {

// What one record becomes, in the store's own types.
struct Processed {
  store::RecordState state = store::RecordState::kMapped;  // kRejected, kParked or kMapped
  std::vector<store::Resource> resources;                  // empty unless kMapped
  fhir::SafetySignals signals;
  std::vector<store::NewDelivery> deliveries;  // empty unless kMapped
  fhir::Issues issues;
  std::string mapper;  // the identities of all that made it
};

}  // namespace kgw::pipeline

#endif  // GATEWAY_PIPELINE_PROCESSED_H_
