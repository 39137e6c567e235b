#ifndef PLUGINS_FHIR_REST_SEARCH_H_
#define PLUGINS_FHIR_REST_SEARCH_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identity.h"
#include "remote.h"
#include "work.h"

namespace kgw::fhir_rest {

// A resource found at the far side.
struct Found {
  std::string reference;
  std::string version;
  Json resource;
};

// Runs TYPE?QUERY, following a bounded number of pages, and keeps what `fits`: a server that does
// not know a parameter may ignore it and answer with everything. Stops when `enough` fit. Throws
// Failure when the search cannot be made, or has more pages than are followed.
std::vector<Found> Search(Remote& remote, std::string_view type, const std::string& query,
                          const std::function<bool(const Json&)>& fits, size_t enough);

// Resources with one of these identifiers; two are enough to know that it is not one.
std::vector<Found> SearchByIdentifier(Remote& remote, std::string_view type,
                                      const std::vector<Identifier>& identifiers);

// Whether the far side can be asked whether an entry is there already.
bool CanLookFor(const Work& work, const Entry& entry);
// The entry's resource at the far side: by identifier, or among all of its patient where there is
// no search by identifier; a Provenance by target and time. nullopt when it is not there; Failure
// (ambiguous) when several are.
std::optional<Found> LookFor(Work& work, const Entry& entry);
// Looks for what an earlier request, whose answer nobody heard, may have left; a second time after
// a while, once for a delivery, since the far side may still be at work.
std::optional<Found> LookForLost(Work& work, const std::function<std::optional<Found>()>& look);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_SEARCH_H_
