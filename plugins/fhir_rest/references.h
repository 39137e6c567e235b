#ifndef PLUGINS_FHIR_REST_REFERENCES_H_
#define PLUGINS_FHIR_REST_REFERENCES_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json.h"

namespace kgw::fhir_rest {

// Says where our "Type/id" lies at the far side; nullopt when it does not.
using WhereIs = std::function<std::optional<std::string>(const std::string& ours)>;

// Puts the far side's references in place of ours. One that does not lie there becomes a logical
// reference (our id as an identifier), which says what is meant without pointing at nothing.
// Contained, absolute and urn: references stay. Returns how many became logical.
size_t RewriteReferences(Json& resource, const WhereIs& where);

// Every local reference in a resource, as it stands.
std::vector<std::string> LocalReferences(const Json& resource);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_REFERENCES_H_
