#include "link.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "failure.h"
#include "search.h"

namespace kgw::fhir_rest {
namespace {

constexpr std::string_view kMustBeFound[] = {"Patient", "Practitioner", "Organization", "Location"};
constexpr std::string_view kMayBeFound[] = {"PractitionerRole", "HealthcareService",
                                            "RelatedPerson", "Coverage"};

bool In(const auto& list, std::string_view type) {
  return std::ranges::find(list, type) != std::end(list);
}

// ASCII letters in lower case, blanks dropped; other characters as they are.
std::string Folded(const std::string& name) {
  std::string out;
  for (const char c : name) {
    if (c == ' ' || c == '\t') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

std::set<std::string> Families(const Json& patient) {
  std::set<std::string> families;
  for (const Json& name : patient["name"].items) {
    if (!name.TextOf("family").empty()) families.insert(Folded(name.TextOf("family")));
  }
  return families;
}

std::vector<Identifier> LinkIdentifiers(const Work& work, const Entry& entry) {
  std::vector<Identifier> identifiers = IdentifiersOf(entry.resource);
  const std::vector<std::string>& systems = work.config().link_systems;
  if (systems.empty()) return identifiers;
  std::erase_if(identifiers, [&](const Identifier& identifier) {
    return std::ranges::find(systems, identifier.system) == systems.end();
  });
  return identifiers;
}

Failure Unlinked(const Entry& entry, const char* error_class, const std::string& why) {
  return Failure(KGW_FAILED_PRECONDITION, error_class, entry.type + ": " + why);
}

Settled Linked(const Found& found) { return {"linked", found.reference, found.version, 200, ""}; }

void LinkOne(Work& work, const Entry& entry) {
  const bool needed = In(kMustBeFound, entry.type);
  const std::vector<Identifier> identifiers = LinkIdentifiers(work, entry);
  const bool can_look = !identifiers.empty() && work.AbilityOf(entry).by_identifier;
  if (!can_look) {
    if (!needed) return work.Settle(entry, {"unsupported", "", "", 0, ""});
    throw Unlinked(entry, "unlinked",
                   identifiers.empty() ? "it has no identifier to look it up by"
                                       : "the far side does not offer a search for it");
  }
  const std::vector<Found> hits = SearchByIdentifier(work.remote, entry.type, identifiers);
  if (hits.size() == 1) return LinkTo(work, entry, hits.front());
  if (!needed) return work.Settle(entry, {"unsupported", "", "", 0, ""});
  if (hits.empty()) throw Unlinked(entry, "unlinked", "none was found by identifier");
  throw Unlinked(entry, "ambiguous", "several were found by identifier");
}

}  // namespace

bool MustBeFound(std::string_view type) { return In(kMustBeFound, type); }

bool IsLinkedType(std::string_view type) { return In(kMustBeFound, type) || In(kMayBeFound, type); }

bool SamePatient(const Json& ours, const Json& theirs) {
  for (const Json& link : theirs["link"].items) {
    if (link.TextOf("type") == "replaced-by") return false;
  }
  if (ours.TextOf("birthDate").empty() || ours.TextOf("birthDate") != theirs.TextOf("birthDate")) {
    return false;
  }
  const std::set<std::string> their_families = Families(theirs);
  return std::ranges::any_of(
      Families(ours), [&](const std::string& family) { return their_families.contains(family); });
}

void LinkTo(Work& work, const Entry& entry, const Found& found) {
  if (entry.type == "Patient" && !SamePatient(entry.resource, found.resource)) {
    throw Unlinked(entry, "unlinked",
                   "the one found by identifier has another birth date or family name, or was "
                   "merged into another");
  }
  work.Settle(entry, Linked(found));
}

void LinkPeople(Work& work) {
  for (const Entry& entry : work.unit.entries) {
    // Found there once and not ours to change, whatever the record says now.
    if (entry.linked) {
      work.Settle(entry, {"linked", entry.remote, entry.remote_version, 0, ""});
    } else if (work.config().link_people && !entry.remove && entry.remote.empty() &&
               IsLinkedType(entry.type)) {
      LinkOne(work, entry);
    }
  }
}

void LinkOrGiveUp(Work& work, const Entry& entry) {
  const bool may_be_there = IsLinkedType(entry.type) || entry.type == "Encounter";
  if (may_be_there && CanLookFor(work, entry)) {
    if (const std::optional<Found> found = LookFor(work, entry); found.has_value()) {
      const bool same = entry.type != "Patient" || SamePatient(entry.resource, found->resource);
      if (same) return work.Settle(entry, Linked(*found));
    }
  }
  work.journal.Say(KGW_INFORMATION, "not-supported", entry.type,
                   "The far side does not take this type of resource.");
  work.Settle(entry, {"unsupported", entry.remote, entry.remote_version, 0, ""});
}

}  // namespace kgw::fhir_rest
