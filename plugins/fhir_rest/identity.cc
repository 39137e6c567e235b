#include "identity.h"

#include <algorithm>

#include "plugins/common/text.h"
#include "url.h"

namespace kgw::fhir_rest {
namespace {

void AddIdentifier(const Json& json, std::vector<Identifier>& out) {
  Identifier identifier{json.TextOf("system"), json.TextOf("value")};
  if (!identifier.system.empty() && !identifier.value.empty()) out.push_back(std::move(identifier));
}

// A search parameter's own separators are escaped by a backslash.
std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '|' || c == ',' || c == '$') out += '\\';
    out += c;
  }
  return out;
}

std::string ContentOf(Json resource) {
  for (const char* member : {"id", "meta", "text"}) resource.Remove(member);
  return WriteJson(resource, /*sorted=*/true);
}

}  // namespace

std::vector<Identifier> IdentifiersOf(const Json& resource) {
  std::vector<Identifier> identifiers;
  const Json& json = resource["identifier"];
  if (json.is_object()) AddIdentifier(json, identifiers);
  for (const Json& item : json.items) AddIdentifier(item, identifiers);
  return identifiers;
}

bool Carries(const Json& resource, const std::vector<Identifier>& any_of) {
  return std::ranges::any_of(IdentifiersOf(resource), [&](const Identifier& identifier) {
    return std::ranges::find(any_of, identifier) != any_of.end();
  });
}

std::string SearchToken(const Identifier& identifier) {
  return common::PercentEncoded(Escaped(identifier.system)) + "%7C" +
         common::PercentEncoded(Escaped(identifier.value));
}

bool SameContent(const Json& a, const Json& b) { return ContentOf(a) == ContentOf(b); }

}  // namespace kgw::fhir_rest
