#ifndef GATEWAY_FHIR_BASE_CHECK_H_
#define GATEWAY_FHIR_BASE_CHECK_H_

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/fhir/issue.h"

namespace kgw::fhir {

// Where a Reference.reference string stands in the text: offset and size of the characters between
// its quotes, still escaped.
struct ReferenceSpan {
  size_t offset;
  size_t size;
};

struct Findings {
  Issues issues;
  std::vector<ReferenceSpan> references;  // in the order of the text, contained resources included
  // Of the resource itself, however the member's name is written.
  bool has_id = false;
  std::optional<size_t> meta;  // where the quote before the name of `meta` stands
  bool has_security = false;   // its meta has labels already
};

// Checks one resource against base R4 (4.0.1) in one pass over its text: known elements, their JSON
// types, cardinalities (min and max), formats of primitives, required bindings, choice types used
// once. Not: invariants, slicing, profiles, terminology beyond required bindings. `expected_type`
// must equal resourceType. A missing `id` is allowed. References of the forms kgw:self/ROLE and
// kgw:record/TYPE/ID/ROLE are allowed. Stops after 50 issues. Any thread.
Findings CheckBaseR4(std::string_view resource_json, std::string_view expected_type);

}  // namespace kgw::fhir

#endif  // GATEWAY_FHIR_BASE_CHECK_H_
