#ifndef GATEWAY_PIPELINE_FINISH_RESOURCE_H_
#define GATEWAY_PIPELINE_FINISH_RESOURCE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "gateway/fhir/resource_spans.h"
#include "gateway/pipeline/references.h"

namespace kgw::pipeline {

// A mapper's resource as it will be stored: with its id after resourceType, with the security
// labels in its meta, with every kgw: reference resolved. `spans` are those of this same text.
// INVALID_ARGUMENT when the text does not begin with {"resourceType":"X", has an id of its own, or
// a reference cannot be resolved. Works on the text in one pass; a tree is built only when the
// mapper's meta stands where it cannot be spliced.
absl::StatusOr<std::string> FinishResource(std::string_view mapped, std::string_view type,
                                           std::string_view id, std::string_view security_codings,
                                           const fhir::ResourceSpans& spans,
                                           ReferenceResolver& resolver);

}  // namespace kgw::pipeline

#endif  // GATEWAY_PIPELINE_FINISH_RESOURCE_H_
