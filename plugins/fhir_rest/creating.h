#ifndef PLUGINS_FHIR_REST_CREATING_H_
#define PLUGINS_FHIR_REST_CREATING_H_

#include <optional>
#include <string>

#include "search.h"
#include "work.h"

namespace kgw::fhir_rest {

// What a conditional create of an entry names: "identifier=...", one the gateway gave where there
// is one; empty where there is none.
std::string ConditionOf(const Work& work, const Entry& entry);
// Before a create is sent: the entry's resource where it is there already. nullopt when it is not,
// when the far side looks itself by `condition`, or when nobody can look and nothing was sent yet.
// Failure (ambiguous) when an earlier request may have made it and nobody can look.
std::optional<Found> LookFirst(Work& work, const Entry& entry, const std::string& condition);

// Makes a resource at a far side that gives ids itself, once whatever happens: conditionally where
// it can, else after having looked; the intent is durable before the request leaves, and a lost
// answer is resolved by looking. Journals the result.
void Create(Work& work, const Entry& entry, const Json& body);

// An entry that turned out to be there already: what is ours is brought up to date, people and
// places of others are linked. Journals the result. Failure (ambiguous, unlinked) for what is
// neither ours nor the one meant.
void TakeOver(Work& work, const Entry& entry, const Json& body, const Found& found);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_CREATING_H_
