#ifndef GATEWAY_PIPELINE_PROCESSED_H_
#define GATEWAY_PIPELINE_PROCESSED_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gateway/fhir/issue.h"

namespace kgw::pipeline {

// One FHIR resource a record became: its role in the record, its derived id, its text with the id
// and with references resolved.
struct MappedResource {
  std::string role;
  std::string id;
  std::string json;
};

struct SafetySignal {
  std::string rule;
  std::string code;
  std::string text;
  std::string resource;  // "Type/id", or empty
};

enum class Decision : uint8_t { kSend, kWithhold };

struct RoutedDelivery {
  std::string destination;
  Decision decision = Decision::kSend;
  std::string why;  // for people; names the rule
  std::string lane;
};

enum class State : uint8_t { kRejected, kParked, kMapped };

struct Processed {
  // UNAVAILABLE with a delay: nothing was learnt about the record, and nothing of it is kept.
  absl::Status undecided;
  State state = State::kMapped;
  std::vector<MappedResource> resources;
  std::vector<SafetySignal> signals;
  std::vector<RoutedDelivery> deliveries;  // empty unless kMapped
  fhir::Issues issues;
  std::string mapper;  // the identities of all that made it
};

}  // namespace kgw::pipeline

#endif  // GATEWAY_PIPELINE_PROCESSED_H_
