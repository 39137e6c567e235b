#include "search.h"

#include <algorithm>

#include "failure.h"
#include "outcome.h"
#include "plugins/common/text.h"
#include "provenance.h"
#include "url.h"

namespace kgw::fhir_rest {
namespace {

Failure Ambiguous(std::string_view type) {
  return Failure(KGW_FAILED_PRECONDITION, "ambiguous",
                 "Several resources of type " + std::string(type) +
                     " at the far side carry the same identifier.");
}

std::string NextPage(const Json& bundle) {
  for (const Json& link : bundle["link"].items) {
    if (link.TextOf("relation") == "next") return link.TextOf("url");
  }
  return "";
}

void Collect(const Json& bundle, std::string_view type,
             const std::function<bool(const Json&)>& fits, std::vector<Found>& found) {
  for (const Json& entry : bundle["entry"].items) {
    const Json& resource = entry["resource"];
    const std::string& id = resource.TextOf("id");
    if (resource.TextOf("resourceType") != type || !IsFhirId(id) || !fits(resource)) continue;
    Found hit;
    hit.reference = std::string(type) + "/" + id;
    hit.version = VersionOfETag(resource["meta"].TextOf("versionId"));
    const bool known = std::ranges::any_of(
        found, [&](const Found& other) { return other.reference == hit.reference; });
    if (known) continue;
    hit.resource = resource;
    found.push_back(std::move(hit));
  }
}

// "subject=Patient/77" where the patient's place is known; else empty.
std::string SubjectQuery(const Work& work, const Entry& entry) {
  const std::string& parameter = work.AbilityOf(entry).subject_parameter;
  if (parameter.empty()) return "";
  for (const char* element : {"subject", "patient"}) {
    const auto place = work.WhereIs(entry.resource[element].TextOf("reference"));
    if (place.has_value()) return parameter + "=" + common::PercentEncoded(*place);
  }
  return "";
}

}  // namespace

std::vector<Found> Search(Remote& remote, std::string_view type, const std::string& query,
                          const std::function<bool(const Json&)>& fits, size_t enough) {
  std::vector<Found> found;
  Answer answer = remote.Get(std::string(type) + "?" + query);
  for (int page = 1;; ++page) {
    if (!answer.ok()) throw FailureOf(answer);
    if (answer.json().TextOf("resourceType") != "Bundle") {
      throw Failure(KGW_ABORTED, "protocol", "A search was expected to answer a Bundle in JSON.");
    }
    Collect(answer.json(), type, fits, found);
    const std::string next = NextPage(answer.json());
    if (next.empty() || found.size() >= enough) return found;
    if (page >= remote.config().search_pages) {
      throw Failure(KGW_FAILED_PRECONDITION, "ambiguous",
                    "A search by identifier has more pages than are followed; the far side seems "
                    "to ignore the parameter.");
    }
    std::optional<Answer> following = remote.Follow(next);
    if (!following.has_value()) {
      throw Failure(KGW_ABORTED, "protocol",
                    "The next page of a search leads away from the destination's URL.");
    }
    answer = *std::move(following);
  }
}

std::vector<Found> SearchByIdentifier(Remote& remote, std::string_view type,
                                      const std::vector<Identifier>& identifiers) {
  std::string query = "identifier=";
  for (size_t i = 0; i < identifiers.size(); ++i) {
    if (i > 0) query += ",";
    query += SearchToken(identifiers[i]);
  }
  return Search(
      remote, type, query, [&](const Json& resource) { return Carries(resource, identifiers); }, 2);
}

bool CanLookFor(const Work& work, const Entry& entry) {
  if (!work.AbilityOf(entry).search) return false;
  if (entry.type == "Provenance") return !entry.resource["target"].items.empty();
  if (IdentifiersOf(entry.resource).empty()) return false;
  return work.AbilityOf(entry).by_identifier || !SubjectQuery(work, entry).empty();
}

std::optional<Found> LookFor(Work& work, const Entry& entry) {
  const std::vector<Identifier> identifiers = IdentifiersOf(entry.resource);
  std::vector<Found> found;
  if (entry.type == "Provenance") {
    found = SearchProvenance(work, entry);
  } else if (work.AbilityOf(entry).by_identifier) {
    found = SearchByIdentifier(work.remote, entry.type, identifiers);
  } else {
    found = Search(
        work.remote, entry.type, SubjectQuery(work, entry),
        [&](const Json& resource) { return Carries(resource, identifiers); }, 2);
  }
  if (found.size() > 1) throw Ambiguous(entry.type);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::optional<Found> LookForLost(Work& work, const std::function<std::optional<Found>()>& look) {
  std::optional<Found> found = look();
  if (found.has_value() || work.settled_down) return found;
  work.remote.Wait(work.config().settle_ms);
  work.settled_down = true;
  return look();
}

}  // namespace kgw::fhir_rest
