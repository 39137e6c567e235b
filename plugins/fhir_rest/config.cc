#include "config.h"

#include <algorithm>
#include <charconv>

#include "json.h"
#include "kgw/kgw.hpp"

namespace kgw::fhir_rest {
namespace {

[[noreturn]] void Wrong(std::string_view field, std::string_view expected) {
  throw sdk::Error(KGW_INVALID_ARGUMENT,
                   std::string(field) + ": expected " + std::string(expected));
}

bool Choice(const std::string& name, const std::string& value, std::string_view off,
            std::string_view on) {
  if (value == on) return true;
  if (value == off) return false;
  Wrong("settings." + name, std::string(off) + " or " + std::string(on) + ", found " + value);
}

Config::Ids IdsOf(const std::string& value) {
  if (value == "auto") return Config::Ids::kAuto;
  if (value == "ours") return Config::Ids::kOurs;
  if (value == "theirs") return Config::Ids::kTheirs;
  Wrong("settings.ids", "auto, ours or theirs, found " + value);
}

int Number(const std::string& name, const std::string& value, int least, int most) {
  int number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || number < least ||
      number > most) {
    Wrong("settings." + name, "a whole number from " + std::to_string(least) + " to " +
                                  std::to_string(most) + ", found " + value);
  }
  return number;
}

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const size_t end = std::min<size_t>(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

void ReadSetting(const std::string& name, const Json& json, Config& config) {
  if (!json.is_string()) Wrong("settings." + name, "text");
  const std::string& value = json.text;
  if (name == "bundle") {
    config.transactions = Choice(name, value, "single", "auto");
  } else if (name == "ids") {
    config.ids = IdsOf(value);
  } else if (name == "remove") {
    config.delete_removed = Choice(name, value, "mark", "delete");
  } else if (name == "metadata_minutes") {
    config.metadata_minutes = Number(name, value, 0, 24 * 60);
  } else if (name == "search_pages") {
    config.search_pages = Number(name, value, 1, 100);
  } else if (name == "settle_ms") {
    config.settle_ms = Number(name, value, 0, 60'000);
  } else if (name == "link_systems") {
    config.link_systems = Words(value);
  } else {
    Wrong("settings",
          "bundle, ids, remove, metadata_minutes, search_pages, settle_ms or link_systems, found " +
              name);
  }
}

}  // namespace

Config ReadConfig(std::string_view config_json) {
  const std::optional<Json> json = ParseJson(config_json);
  if (!json.has_value() || !json->is_object()) Wrong("the configuration", "a JSON object");
  Config config;
  config.url = json->TextOf("url");
  while (config.url.ends_with('/')) config.url.pop_back();
  if (!config.url.starts_with("http://") && !config.url.starts_with("https://")) {
    Wrong("url", "the base URL of a FHIR server, beginning with https:// or http://");
  }
  if (config.url.find_first_of("?# ") != std::string::npos) {
    Wrong("url", "a base URL without query, fragment or blanks");
  }
  const std::string& people = json->TextOf("people");
  if (!people.empty() && people != "link" && people != "create") {
    Wrong("people", "link or create, found " + people);
  }
  config.link_people = people != "create";
  for (const Json& type : (*json)["resource_types"].items) {
    config.resource_types.push_back(type.text);
  }
  for (const JsonMember& setting : (*json)["settings"].members) {
    ReadSetting(setting.name, setting.value, config);
  }
  return config;
}

}  // namespace kgw::fhir_rest
