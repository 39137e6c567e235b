#ifndef GATEWAY_FHIR_RESOURCE_SPANS_H_
#define GATEWAY_FHIR_RESOURCE_SPANS_H_

#include <cstddef>
#include <optional>
#include <vector>

namespace kgw::fhir {

// Where a Reference.reference string stands in the text: offset and size of the characters between
// its quotes, still escaped.
struct ReferenceSpan {
  size_t offset;
  size_t size;
};

// Where in a resource's text the host writes: what whoever finishes the resource needs to know, so
// that nobody reads the text a second time.
struct ResourceSpans {
  std::vector<ReferenceSpan> references;  // in the order of the text, contained resources included
  // Of the resource itself, however the member's name is written.
  bool has_id = false;
  std::optional<size_t> meta;  // where the quote before the name of `meta` stands
  bool has_security = false;   // its meta has labels already
};

}  // namespace kgw::fhir

#endif  // GATEWAY_FHIR_RESOURCE_SPANS_H_
