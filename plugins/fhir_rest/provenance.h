#ifndef PLUGINS_FHIR_REST_PROVENANCE_H_
#define PLUGINS_FHIR_REST_PROVENANCE_H_

#include <string_view>
#include <vector>

#include "search.h"

namespace kgw::fhir_rest {

// A Provenance has no identifier in R4: it is found by a target whose place is known, and compared
// by the time it was recorded and by what it is derived from.
std::vector<Found> SearchProvenance(Work& work, const Entry& entry);

// Whether both tell of the same thing. Instants are compared as instants.
bool SameProvenance(const Json& a, const Json& b);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_PROVENANCE_H_
