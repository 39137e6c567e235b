#include "references.h"

#include "url.h"

namespace kgw::fhir_rest {
namespace {

// Calls `visit` with every object that holds a reference of ours. Depth is bounded by the parser.
template <typename AnyJson, typename Visit>
void ForEachReference(AnyJson& value, const Visit& visit) {
  for (auto& item : value.items) ForEachReference(item, visit);
  for (auto& member : value.members) ForEachReference(member.value, visit);
  if (value.is_object() && IsLocalReference(value.TextOf("reference"))) visit(value);
}

void MakeLogical(Json& reference, const std::string& ours) {
  reference.Remove("reference");
  if (reference["identifier"].is_object()) return;
  Json identifier = Json::Object();
  identifier.Set("system", Json::Text("urn:ietf:rfc:3986"));
  identifier.Set("value", Json::Text("urn:uuid:" + ours.substr(ours.find('/') + 1)));
  if (reference.TextOf("type").empty()) {
    reference.Set("type", Json::Text(ours.substr(0, ours.find('/'))));
  }
  reference.Set("identifier", std::move(identifier));
}

}  // namespace

size_t RewriteReferences(Json& resource, const WhereIs& where) {
  size_t logical = 0;
  ForEachReference(resource, [&](Json& reference) {
    const std::string ours = reference.TextOf("reference");
    if (const std::optional<std::string> theirs = where(ours); theirs.has_value()) {
      reference.Set("reference", Json::Text(*theirs));
    } else {
      MakeLogical(reference, ours);
      ++logical;
    }
  });
  return logical;
}

std::vector<std::string> LocalReferences(const Json& resource) {
  std::vector<std::string> references;
  ForEachReference(resource, [&](const Json& reference) {
    references.push_back(reference.TextOf("reference"));
  });
  return references;
}

}  // namespace kgw::fhir_rest
