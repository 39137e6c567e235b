#ifndef GATEWAY_FHIR_VALIDATOR_H_
#define GATEWAY_FHIR_VALIDATOR_H_

#include <string_view>

#include "gateway/fhir/issue.h"
#include "gateway/fhir/resource_spans.h"

namespace kgw::fhir {

struct Findings {
  Issues issues;        // none of kError or worse: the resource may be kept
  ResourceSpans spans;  // complete only where there are no such issues
};

// Judges one resource. An implementation is a function of its arguments: no I/O and no memory of
// earlier resources. Safe from any thread.
class Validator {
 public:
  virtual ~Validator() = default;
  // `resource_json` is a text of any form, also of none; `expected_type` is what its resourceType
  // must be. The number of issues is bounded. Must not throw.
  virtual Findings Validate(std::string_view resource_json,
                            std::string_view expected_type) const = 0;
};

}  // namespace kgw::fhir

#endif  // GATEWAY_FHIR_VALIDATOR_H_
