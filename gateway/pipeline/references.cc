#include "gateway/pipeline/references.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "gateway/base/strings.h"
#include "gateway/record/types.h"

namespace kgw::pipeline {
namespace {

constexpr std::string_view kSelf = "kgw:self/";
constexpr std::string_view kOther = "kgw:record/";

std::optional<int> HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = absl::ascii_tolower(static_cast<unsigned char>(c));
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return std::nullopt;
}

std::optional<std::string> PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto high = HexDigit(text[i + 1]);
    const auto low = HexDigit(text[i + 2]);
    if (!high || !low) return std::nullopt;
    decoded += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return decoded;
}

std::string_view ResourceTypeOf(std::string_view role) { return role.substr(0, role.find('/')); }

absl::Status Unresolvable(std::string_view what) {
  return absl::InvalidArgumentError(StrCat("the mapper wrote a reference ", what));
}

}  // namespace

ReferenceResolver::ReferenceResolver(const RecordName& self, std::string_view patient)
    : self_(self), patient_(patient), self_ids_(self, patient) {}

bool ReferenceResolver::AddOwnRole(std::string_view role, std::string_view id) {
  const auto [place, added] = own_.try_emplace(role);
  if (added) place->second = StrCat(ResourceTypeOf(role), "/", id);
  return added;
}

absl::StatusOr<std::string_view> ReferenceResolver::Resolve(std::string_view reference) {
  if (!reference.starts_with("kgw:")) return std::string_view();
  if (reference.starts_with(kSelf)) {
    reference.remove_prefix(kSelf.size());
    const auto own = own_.find(reference);
    if (own == own_.end()) return Unresolvable("to a role of this record that it did not emit");
    return own->second;
  }
  if (reference.starts_with(kOther)) return ResolveOther(reference.substr(kOther.size()));
  return Unresolvable("that is neither kgw:self/ROLE nor kgw:record/TYPE/ID/ROLE");
}

absl::StatusOr<std::string_view> ReferenceResolver::ResolveOther(std::string_view rest) {
  if (const auto known = others_.find(rest); known != others_.end()) return known->second;
  const size_t type_end = rest.find('/');
  const size_t id_end = type_end == rest.npos ? rest.npos : rest.find('/', type_end + 1);
  if (id_end == rest.npos) return Unresolvable("to another record without TYPE/ID/ROLE");
  const std::string_view type = rest.substr(0, type_end);
  const auto id = PercentDecode(rest.substr(type_end + 1, id_end - type_end - 1));
  const std::string_view role = rest.substr(id_end + 1);
  if (type.empty() || !id || id->empty() || role.empty()) {
    return Unresolvable("to another record with an empty or wrongly encoded part");
  }
  const RecordName name{self_.tenant, self_.source, std::string(type), *id};
  const ResourceIds ids(name, record::PatientOf(type, *id, patient_));
  std::string resolved = StrCat(ResourceTypeOf(role), "/", ids.Of(role));
  return others_.emplace(rest, std::move(resolved)).first->second;
}

}  // namespace kgw::pipeline
