#include "gateway/plugin/manifest.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "kgw/kgw.h"

namespace kgw::plugin {
namespace {

constexpr size_t kMaxText = 200;
constexpr size_t kMaxList = 16;
constexpr size_t kMaxResourceTypes = 200;  // R4 has 148
constexpr size_t kMaxPosture = 2000;

using TextCheck = bool (*)(std::string_view);

bool IsLowerDigitDash(char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
}

// Two labels or more of lower-case letters, digits and dashes, joined by dots.
bool IsReverseDns(std::string_view text) {
  size_t labels = 0;
  size_t length = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || text[i] == '.') {
      if (length == 0) return false;
      ++labels;
      length = 0;
    } else if (!IsLowerDigitDash(text[i])) {
      return false;
    } else {
      ++length;
    }
  }
  return labels >= 2;
}

// MAJOR.MINOR.PATCH of digits without leading zeros, then optionally -pre or +build.
bool IsSemanticVersion(std::string_view text) {
  size_t at = 0;
  for (int part = 0; part < 3; ++part) {
    const size_t begin = at;
    while (at < text.size() && absl::ascii_isdigit(text[at])) ++at;
    if (at == begin || (text[begin] == '0' && at - begin > 1)) return false;
    if (part < 2) {
      if (at == text.size() || text[at] != '.') return false;
      ++at;
    }
  }
  if (at == text.size()) return true;
  if (text[at] != '-' && text[at] != '+') return false;
  const std::string_view rest = text.substr(at + 1);
  return !rest.empty() && std::all_of(rest.begin(), rest.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '+';
  });
}

bool IsPrintable(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isprint);
}

// NAME/MAJOR, e.g. "kgw.mapper/1".
bool IsVersionedId(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos || !IsReverseDns(text.substr(0, slash))) return false;
  const std::string_view major = text.substr(slash + 1);
  return !major.empty() && major.size() <= 4 && major[0] != '0' &&
         std::all_of(major.begin(), major.end(), absl::ascii_isdigit);
}

// A plain name, so that no manifest reaches out of its folder.
bool IsFileName(std::string_view text) {
  return text.ends_with(".so") && text.size() > 3 && text[0] != '.' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '_' || c == '-' || c == '.';
         });
}

bool IsSha256(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

bool IsStatus(std::string_view text) {
  return text == "experimental" || text == "beta" || text == "stable";
}

// As every type of FHIR is named.
bool IsResourceType(std::string_view text) {
  return !text.empty() && text.size() <= 64 && absl::ascii_isupper(text[0]) &&
         std::all_of(text.begin(), text.end(), absl::ascii_isalpha);
}

bool IsAnyText(std::string_view) { return true; }

std::string Describe(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::kNull:
      return "nothing";
    case json::Kind::kFalse:
      return "false";
    case json::Kind::kTrue:
      return "true";
    case json::Kind::kNumber:
      return std::string(value.text());
    case json::Kind::kString:
      return StrCat("\"", value.text(), "\"");
    case json::Kind::kArray:
      return "a list";
    case json::Kind::kObject:
      return "an object";
  }
  return "something else";
}

absl::Status Refused(std::string_view field, std::string_view expected, std::string_view found) {
  return absl::InvalidArgumentError(Refusal(field, expected, found));
}

absl::Status ReadText(const json::Value& value, std::string_view field, std::string_view expected,
                      TextCheck check, size_t max, std::string* out) {
  if (!value.is_string() || value.text().size() > max || !check(value.text())) {
    return Refused(field, expected, Describe(value));
  }
  *out = std::string(value.text());
  return absl::OkStatus();
}

absl::Status ReadCount(const json::Value& value, std::string_view field, uint32_t* out) {
  const absl::StatusOr<int64_t> number = value.AsInt64();
  if (!value.is_number() || !number.ok() || *number < 0 ||
      *number > std::numeric_limits<int32_t>::max()) {
    return Refused(field, "a whole number", Describe(value));
  }
  *out = static_cast<uint32_t>(*number);
  return absl::OkStatus();
}

absl::Status CheckMembers(const json::Value& object, std::string_view prefix,
                          std::initializer_list<std::string_view> known) {
  for (const json::Member* m = object.members_begin(); m != object.members_end(); ++m) {
    if (std::find(known.begin(), known.end(), m->name) == known.end()) {
      std::string names;
      for (const std::string_view name : known) StrAppend(&names, names.empty() ? "" : ", ", name);
      return Refused(StrCat(prefix, m->name),
                     StrCat(known.size() == 1 ? "only " : "one of ", names),
                     "a member of another name");
    }
  }
  return absl::OkStatus();
}

absl::Status ReadAbi(const json::Value& abi, Manifest* out) {
  if (!abi.is_object()) return Refused("abi", "an object with major and minor", Describe(abi));
  if (absl::Status s = CheckMembers(abi, "abi.", {"major", "minor"}); !s.ok()) return s;
  if (absl::Status s = ReadCount(abi.Find("major"), "abi.major", &out->abi_major); !s.ok()) {
    return s;
  }
  if (absl::Status s = ReadCount(abi.Find("minor"), "abi.minor", &out->abi_minor); !s.ok()) {
    return s;
  }
  if (out->abi_major != KGW_ABI_MAJOR) {
    return Refused("abi.major", StrCat(KGW_ABI_MAJOR), StrCat(out->abi_major));
  }
  if (out->abi_minor > KGW_ABI_MINOR) {
    return Refused("abi.minor", StrCat("at most ", KGW_ABI_MINOR), StrCat(out->abi_minor));
  }
  return absl::OkStatus();
}

// A list of at most `most` different texts; `member` names the text within an object, or is empty
// when the elements are texts themselves.
absl::Status ReadList(const json::Value& list, std::string_view field, std::string_view member,
                      std::string_view expected, TextCheck check, std::vector<std::string>* out,
                      size_t most = kMaxList) {
  if (!list.is_array()) return Refused(field, "a list", Describe(list));
  if (list.size() > most) {
    return Refused(field, StrCat("a list of at most ", most), StrCat("one of ", list.size()));
  }
  for (size_t i = 0; i < list.size(); ++i) {
    std::string name = StrCat(field, "[", i, "]");
    const json::Value* value = &list[i];
    if (!member.empty()) {
      if (!value->is_object()) return Refused(name, "an object with id", Describe(*value));
      if (absl::Status s = CheckMembers(*value, StrCat(name, "."), {member}); !s.ok()) return s;
      value = &value->Find(member);
      StrAppend(&name, ".", member);
    }
    std::string text;
    if (absl::Status s = ReadText(*value, name, expected, check, kMaxText, &text); !s.ok()) {
      return s;
    }
    if (std::find(out->begin(), out->end(), text) != out->end()) {
      return Refused(name, "each once", Describe(*value));
    }
    out->push_back(std::move(text));
  }
  return absl::OkStatus();
}

constexpr std::pair<std::string_view, uint32_t> kFlags[] = {
    {"thread-safe", KGW_THREAD_SAFE}, {"pure", KGW_PURE}, {"isolate", KGW_ISOLATE}};

absl::Status ReadFlags(const json::Value& list, uint32_t* out) {
  std::vector<std::string> names;
  const std::string_view expected = "thread-safe, pure or isolate";
  if (absl::Status s = ReadList(list, "flags", "", expected, IsAnyText, &names); !s.ok()) return s;
  for (size_t i = 0; i < names.size(); ++i) {
    const auto* flag = std::find_if(std::begin(kFlags), std::end(kFlags),
                                    [&](const auto& f) { return f.first == names[i]; });
    if (flag == std::end(kFlags)) {
      return Refused(StrCat("flags[", i, "]"), expected, StrCat("\"", names[i], "\""));
    }
    *out |= flag->second;
  }
  return absl::OkStatus();
}

struct TextField {
  std::string_view name;
  std::string_view expected;
  TextCheck check;
  size_t max;
  std::string Manifest::*member;
  bool required;
};

constexpr TextField kTexts[] = {
    {"id", "a reverse domain name such as org.example.name", IsReverseDns, kMaxText, &Manifest::id,
     true},
    {"version", "a semantic version such as 1.2.0", IsSemanticVersion, kMaxText, &Manifest::version,
     true},
    {"license", "an SPDX licence expression", IsPrintable, kMaxText, &Manifest::license, true},
    {"platform", "a platform such as linux-x86_64", IsPrintable, kMaxText, &Manifest::platform,
     true},
    {"file", "the name of a .so file in the same folder", IsFileName, kMaxText, &Manifest::file,
     true},
    {"sha256", "64 lower-case hexadecimal digits", IsSha256, kMaxText, &Manifest::sha256, true},
    {"status", "experimental, beta or stable", IsStatus, kMaxText, &Manifest::status, false},
    {"security_posture", "a text of at most 2000 bytes", IsAnyText, kMaxPosture,
     &Manifest::security_posture, false},
};

absl::Status ReadRoot(const json::Value& root, Manifest* out) {
  if (!root.is_object()) return Refused("manifest", "a JSON object", Describe(root));
  // These two first, since a later form or a later kgw.h may well have members that this gateway
  // does not know.
  const json::Value& form = root.Find("manifest");
  if (!form.is_number() || form.text() != "1") return Refused("manifest", "1", Describe(form));
  absl::Status s = ReadAbi(root.Find("abi"), out);
  if (!s.ok()) return s;
  s = CheckMembers(
      root, "",
      {"manifest", "id", "version", "license", "abi", "platform", "interfaces", "flags", "services",
       "file", "sha256", "status", "security_posture", "resource_types"});
  if (!s.ok()) return s;
  for (const TextField& field : kTexts) {
    if (!field.required && !root.Has(field.name)) continue;
    s = ReadText(root.Find(field.name), field.name, field.expected, field.check, field.max,
                 &(out->*field.member));
    if (!s.ok()) return s;
  }
  s = ReadList(root.Find("interfaces"), "interfaces", "", "an interface such as kgw.mapper/1",
               IsVersionedId, &out->interfaces);
  if (!s.ok()) return s;
  if (out->interfaces.empty()) return Refused("interfaces", "at least one", "an empty list");
  if (s = ReadFlags(root.Find("flags"), &out->flags); !s.ok()) return s;
  s = ReadList(root.Find("services"), "services", "id", "a service such as kgw.http/1",
               IsVersionedId, &out->services);
  if (!s.ok() || !root.Has("resource_types")) return s;
  return ReadList(root.Find("resource_types"), "resource_types", "",
                  "a type of FHIR such as Observation", IsResourceType, &out->resource_types,
                  kMaxResourceTypes);
}

}  // namespace

std::string NamesOfFlags(uint32_t flags) {
  std::vector<std::string> names;
  for (const auto& [name, flag] : kFlags) {
    if ((flags & flag) != 0) names.emplace_back(name);
    flags &= ~flag;
  }
  if (flags != 0) names.push_back(StrCat("unknown flags of value ", flags));
  return names.empty() ? "none" : absl::StrJoin(names, ", ");
}

std::string Refusal(std::string_view field, std::string_view expected, std::string_view found) {
  const auto printable = [](std::string_view text, size_t max) {
    std::string out;
    for (const char c : text.substr(0, max)) out += absl::ascii_isprint(c) ? c : '?';
    if (text.size() > max) out += "...";
    return out;
  };
  return StrCat(printable(field, kMaxText), ": expected ", expected, ", found ",
                printable(found, kMaxText), ".");
}

absl::StatusOr<Manifest> ParseManifest(std::string_view text) {
  if (text.size() > kMaxManifestBytes) {
    return Refused("manifest", StrCat("at most ", kMaxManifestBytes, " bytes"),
                   StrCat(text.size(), " bytes"));
  }
  const absl::StatusOr<json::Document> document =
      json::Document::Parse(text, {.max_bytes = kMaxManifestBytes, .max_depth = 8});
  if (!document.ok()) {
    return Refused("manifest", "JSON", StrCat("an error (", document.status().message(), ")"));
  }
  Manifest manifest;
  if (absl::Status s = ReadRoot(document->root(), &manifest); !s.ok()) return s;
  return manifest;
}

}  // namespace kgw::plugin
