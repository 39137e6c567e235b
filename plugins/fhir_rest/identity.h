#ifndef PLUGINS_FHIR_REST_IDENTITY_H_
#define PLUGINS_FHIR_REST_IDENTITY_H_

#include <string>
#include <vector>

#include "json.h"

namespace kgw::fhir_rest {

// A business identifier: what a resource is known by on both sides.
struct Identifier {
  std::string system;
  std::string value;
  friend bool operator==(const Identifier&, const Identifier&) = default;
};

// Those of a resource that have a system and a value; R4 has one or a list, by type.
std::vector<Identifier> IdentifiersOf(const Json& resource);
// Whether two resources share one of them.
bool Carries(const Json& resource, const std::vector<Identifier>& any_of);
// system|value for a search parameter or If-None-Exist, escaped and percent-encoded.
std::string SearchToken(const Identifier& identifier);

// Same content, apart from what a server adds by itself: id, meta, narrative.
bool SameContent(const Json& a, const Json& b);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_IDENTITY_H_
