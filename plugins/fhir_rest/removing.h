#ifndef PLUGINS_FHIR_REST_REMOVING_H_
#define PLUGINS_FHIR_REST_REMOVING_H_

#include "work.h"

namespace kgw::fhir_rest {

// Takes one resource back that an earlier version of the record had: marked as entered in error, or
// deleted where the operator chose so. What is not there any more counts as done. Journals.
void Remove(Work& work, const Entry& entry);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_REMOVING_H_
