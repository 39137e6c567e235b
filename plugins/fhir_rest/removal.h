#ifndef PLUGINS_FHIR_REST_REMOVAL_H_
#define PLUGINS_FHIR_REST_REMOVAL_H_

#include "json.h"

namespace kgw::fhir_rest {

// Changes a resource so that it says it should not have been there: entered-in-error where its type
// has that, inactive where it has only that. False for types that have neither (AdverseEvent,
// Provenance): they stay as they are.
bool MarkAsRemoved(Json& resource);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_REMOVAL_H_
