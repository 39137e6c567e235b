#include "ownership.h"

#include <string>
#include <string_view>

#include "failure.h"
#include "link.h"

namespace kgw::fhir_rest {
namespace {

constexpr std::string_view kUsualBase = "https://kap-gateway.org/fhir";

// Servers append "#" and an id of the request to it.
std::string SourceOf(const Json& resource) {
  const std::string& source = resource["meta"].TextOf("source");
  return source.substr(0, source.find('#'));
}

// "https://kap-gateway.org/fhir/id/", or what an operator has made of it.
std::string OwnSystems(const Json& ours) {
  const std::string source = SourceOf(ours);
  const size_t end = source.find("/source/");
  return std::string(end == std::string::npos ? kUsualBase : source.substr(0, end)) + "/id/";
}

std::vector<Identifier> IdentifiersUnder(const std::string& systems, const Json& resource) {
  std::vector<Identifier> identifiers = IdentifiersOf(resource);
  for (const Json& entity : resource["entity"].items) {
    const Json& identifier = entity["what"]["identifier"];
    identifiers.push_back({identifier.TextOf("system"), identifier.TextOf("value")});
  }
  std::erase_if(identifiers, [&](const Identifier& identifier) {
    return !identifier.system.starts_with(systems) || identifier.value.empty();
  });
  return identifiers;
}

}  // namespace

std::vector<Identifier> OwnIdentifiers(const Json& ours) {
  return IdentifiersUnder(OwnSystems(ours), ours);
}

bool IsOurs(const Json& ours, const Json& theirs) {
  const std::vector<Identifier> given = OwnIdentifiers(ours);
  const std::vector<Identifier> there = IdentifiersUnder(OwnSystems(ours), theirs);
  for (const Identifier& identifier : there) {
    for (const Identifier& own : given) {
      if (identifier == own) return true;
    }
  }
  // Given to another part or record, which shares an identifier of the sender's with this one.
  if (!there.empty()) return false;
  const std::string source = SourceOf(ours);
  if (!source.empty() && source == SourceOf(theirs)) return true;
  return SameContent(ours, theirs);
}

bool MayWriteOver(const Entry& entry, const Json& body, const Found& found) {
  const bool ours = IsOurs(body, found.resource);
  // Without a request of ours that may have made them, people and places are not ours to change.
  if (IsLinkedType(entry.type)) return ours && entry.intended;
  if (ours) return true;
  throw Failure(KGW_FAILED_PRECONDITION, "ambiguous",
                entry.type +
                    ": the one found by identifier does not prove to be ours, and is not written "
                    "over. Look there, then retry or cancel.");
}

}  // namespace kgw::fhir_rest
