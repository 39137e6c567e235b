#ifndef PLUGINS_FHIR_REST_VERSIONS_H_
#define PLUGINS_FHIR_REST_VERSIONS_H_

#include <vector>

#include "work.h"

namespace kgw::fhir_rest {

// Reads and journals the versions of what has been journalled as delivered without one, because
// the far side's answer did not say. They only let the next update name what it replaces, so what
// cannot be read now stays without and ends nothing.
void ReadMissingVersions(Work& work, const std::vector<const Entry*>& written);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_VERSIONS_H_
