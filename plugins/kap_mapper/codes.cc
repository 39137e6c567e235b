#include "codes.h"

#include <algorithm>

#include "out.h"

namespace kgw::kap {

std::span<const Code> CodesOf(std::string_view enum_name) {
  const auto found = std::ranges::lower_bound(kEnumCodes, enum_name, {}, &EnumCodes::name);
  if (found == std::end(kEnumCodes) || found->name != enum_name) return {};
  return {kEnumCodeList + found->first, found->count};
}

std::string_view TextOf(std::string_view enum_name, std::string_view value_set) {
  auto found = std::ranges::lower_bound(kEnumTexts, enum_name, {}, &EnumText::name);
  for (; found != std::end(kEnumTexts) && found->name == enum_name; ++found) {
    if (found->value_set == value_set) return found->code;
  }
  return {};
}

Codings::Codings(std::string_view canonical_base) {
  json_.reserve(std::size(kCodeRows));
  std::string system;
  for (const CodeRow& row : kCodeRows) {
    std::string text;
    Out out(text);
    out.Begin();
    system = row.system;
    if (row.local) system = std::string(canonical_base) + "/CodeSystem/" + system;
    out.Text("system", system);
    out.Text("code", row.code);
    out.TextIf("display", row.display);
    out.End();
    json_.push_back(std::move(text));
  }
}

}  // namespace kgw::kap
