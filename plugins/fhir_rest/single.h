#ifndef PLUGINS_FHIR_REST_SINGLE_H_
#define PLUGINS_FHIR_REST_SINGLE_H_

#include <optional>
#include <string>

#include "answer.h"
#include "search.h"
#include "work.h"

namespace kgw::fhir_rest {

// Writes every entry that is not settled by a request of its own, in dependency order, each result
// journalled before the next request.
void WriteSingly(Work& work);

// Writes onto a resource whose place is known. A version that somebody else has changed meanwhile
// is read and written over once, and said so. Journals the result.
void UpdateAt(Work& work, const Entry& entry, Json body, const std::string& reference,
              const std::string& version);

// One PUT, with If-Match where a version is given.
Answer Put(Work& work, const std::string& reference, const std::string& version, Json body);
bool IsConflict(int status);
// Journals what a request that succeeded left at a place.
void SettleWritten(Work& work, const Entry& entry, const std::string& reference,
                   const Answer& answer);

// The resource at a place: nullopt when it is not there (any more).
std::optional<Found> ReadAt(Work& work, const std::string& reference);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_SINGLE_H_
