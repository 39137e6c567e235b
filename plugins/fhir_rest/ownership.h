#ifndef PLUGINS_FHIR_REST_OWNERSHIP_H_
#define PLUGINS_FHIR_REST_OWNERSHIP_H_

#include <vector>

#include "search.h"
#include "work.h"

namespace kgw::fhir_rest {

// Those identifiers of a resource that the gateway gave it, not the sender: their system lies under
// ".../id/" of the canonical base, which meta.source names. A Provenance has none in R4; those of
// what it is derived from stand for it.
std::vector<Identifier> OwnIdentifiers(const Json& ours);

// Whether what lies at the far side proves to come from an earlier request for `ours`: it carries
// an identifier the gateway gave, or none that a gateway gave and our meta.source, or the same
// content. A medical record number alone proves nothing: others write it too.
bool IsOurs(const Json& ours, const Json& theirs);

// What is to become of a resource that looking found for an entry whose body would be `body`. True:
// it is ours, write over it. False: link to it, once it is known to be the same person. Throws
// Failure (ambiguous) where it may be somebody else's and is nothing to link to.
bool MayWriteOver(const Entry& entry, const Json& body, const Found& found);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_OWNERSHIP_H_
