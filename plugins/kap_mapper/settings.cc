#include "settings.h"

#include "kgw/kgw.hpp"
#include "plugins/common/json_view.h"

namespace kgw::kap {
namespace {

[[noreturn]] void Refuse(std::string_view name, std::string_view expected) {
  throw sdk::Error(KGW_INVALID_ARGUMENT,
                   "settings." + std::string(name) + ": expected " + std::string(expected));
}

bool IsUri(std::string_view text) {
  const bool known = text.starts_with("http://") || text.starts_with("https://");
  if (!known || text.ends_with('/') || text.size() > 200) return false;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == '"' || c == '\\' || c == '|') return false;
  }
  return true;
}

void Apply(Settings& settings, std::string_view name, std::string_view value) {
  if (name == "canonical_base" || name == "hcpcs_system") {
    if (!IsUri(value)) Refuse(name, "an http or https address without a slash at its end");
    (name == "canonical_base" ? settings.canonical_base : settings.hcpcs_system) = value;
  } else if (name == "pcl5_cut") {
    if (value != "31" && value != "32" && value != "33") Refuse(name, "31, 32 or 33");
    settings.pcl5_cut = 30 + (value[1] - '0');
  } else if (name == "gad7_item2_own_list") {
    if (value != "true" && value != "false") Refuse(name, "true or false");
    settings.gad7_item2_own_list = value == "true";
  } else {
    Refuse(
        name,
        "one of canonical_base, hcpcs_system, pcl5_cut, gad7_item2_own_list; there is no setting "
        "of this name");
  }
}

}  // namespace

Settings ReadSettings(std::string_view config_json) {
  Settings settings;
  if (config_json.empty()) return settings;
  common::JsonDocument document;
  if (!document.Parse(config_json) || !document.root().is_object())
    Refuse("(all)", "a JSON object");
  const common::JsonView given = document.root()["settings"];
  if (!given) return settings;
  if (!given.is_object()) Refuse("(all)", "a JSON object under settings");
  for (const common::JsonView setting : given.members()) {
    if (!setting.is_string()) Refuse(setting.name(), "a text");
    Apply(settings, setting.name(), setting.text());
  }
  return settings;
}

}  // namespace kgw::kap
