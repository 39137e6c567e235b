#ifndef PLUGINS_FHIR_REST_LINK_H_
#define PLUGINS_FHIR_REST_LINK_H_

#include <string_view>

#include "search.h"
#include "work.h"

namespace kgw::fhir_rest {

// People and places: looked up at the far side, not made there, unless the operator wants them
// made.
bool IsLinkedType(std::string_view type);
// Those of them without which no delivery goes on.
bool MustBeFound(std::string_view type);

// Settles every entry that is to be found and not written: people and places under people=link, and
// what was linked before. A patient, practitioner, organization or location that is not found, or
// not alone, holds the delivery (Failure, unlinked or ambiguous); the rest of them becomes
// unsupported then, since nobody's care waits for an emergency contact.
void LinkPeople(Work& work);

// Settles an entry as linked to what was found for it. A patient who is not the same one holds the
// delivery (Failure, unlinked).
void LinkTo(Work& work, const Entry& entry, const Found& found);

// For a type the far side does not let us write: linked when it is there, unsupported otherwise.
void LinkOrGiveUp(Work& work, const Entry& entry);

// Whether the patient found is the one meant: birth date and a family name agree, and it was not
// merged into another.
bool SamePatient(const Json& ours, const Json& theirs);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_LINK_H_
