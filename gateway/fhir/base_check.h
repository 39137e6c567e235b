#ifndef GATEWAY_FHIR_BASE_CHECK_H_
#define GATEWAY_FHIR_BASE_CHECK_H_

#include <string_view>

#include "gateway/fhir/validator.h"

namespace kgw::fhir {

// Checks one resource against base R4 (4.0.1) in one pass over its text: known elements, their JSON
// types, cardinalities (min and max), formats of primitives, required bindings, choice types used
// once. Not: invariants, slicing, profiles, terminology beyond required bindings. `expected_type`
// must equal resourceType. A missing `id` is allowed. References of the forms kgw:self/ROLE and
// kgw:record/TYPE/ID/ROLE are allowed. Stops after 50 issues. Any thread.
Findings CheckBaseR4(std::string_view resource_json, std::string_view expected_type);

class BaseR4Validator final : public Validator {
 public:
  Findings Validate(std::string_view resource_json, std::string_view expected_type) const override {
    return CheckBaseR4(resource_json, expected_type);
  }
};

}  // namespace kgw::fhir

#endif  // GATEWAY_FHIR_BASE_CHECK_H_
