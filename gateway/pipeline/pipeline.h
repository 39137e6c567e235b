#ifndef GATEWAY_PIPELINE_PIPELINE_H_
#define GATEWAY_PIPELINE_PIPELINE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/fhir/issue.h"
#include "gateway/fhir/validator.h"
#include "gateway/plugin/mapper.h"
#include "gateway/privacy/route.h"
#include "gateway/record/record.h"

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
};

// check -> map -> validate -> label -> route. A function of its arguments: no threads, no I/O, no
// memory of earlier records. Safe from any thread.
class Pipeline {
 public:
  // `mapper` and `validator` must outlive the pipeline.
  Pipeline(plugin::Mapper& mapper, const fhir::Validator& validator,
           std::vector<privacy::Route> routes);

  // One result for each record, in order; records are mapped in one call of the plug-in.
  std::vector<Processed> Process(const std::vector<const record::Record*>& records,
                                 absl::Duration timeout) const;

 private:
  std::vector<RoutedDelivery> DeliveriesOf(const record::Record& record) const;

  plugin::Mapper& mapper_;
  const fhir::Validator& validator_;
  std::vector<privacy::Route> routes_;
};

}  // namespace kgw::pipeline

#endif  // GATEWAY_PIPELINE_PIPELINE_H_
