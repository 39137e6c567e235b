#ifndef PLUGINS_FHIR_REST_CREATING_H_
#define PLUGINS_FHIR_REST_CREATING_H_

#include <string>

#include "search.h"
#include "work.h"

namespace kgw::fhir_rest {

// What a conditional create of an entry names: "identifier=..."; empty where there is none.
std::string ConditionOf(const Work& work, const Entry& entry);

// Makes a resource at a far side that gives ids itself, once whatever happens: conditionally where
// it can, else after having looked; the intent is durable before the request leaves, and a lost
// answer is resolved by looking. Journals the result.
void Create(Work& work, const Entry& entry, const Json& body);

// An entry that turned out to be there already: people are linked, anything else is brought up to
// date. Journals the result.
void TakeOver(Work& work, const Entry& entry, const Json& body, const Found& found);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_CREATING_H_
