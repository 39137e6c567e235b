#ifndef PLUGINS_FHIR_REST_CONFIG_H_
#define PLUGINS_FHIR_REST_CONFIG_H_

#include <string>
#include <string_view>
#include <vector>

namespace kgw::fhir_rest {

struct Config {
  std::string url;  // without a slash at its end
  bool link_people = true;
  // "resource_types": what will have to be carried, as far as the gateway knows.
  std::vector<std::string> resource_types;
  bool transactions = true;  // "bundle": "auto" (the default) or "single"
  // "ids": "auto" (the default) gives ids of ours where /metadata says updateCreate; "ours"
  // wherever a type can be updated, for servers that take them and do not say so; "theirs" never.
  enum class Ids : unsigned char { kAuto, kOurs, kTheirs };
  Ids ids = Ids::kAuto;
  bool delete_removed = false;  // "remove": "mark" (the default) or "delete"
  int metadata_minutes = 15;    // "metadata_minutes": how long /metadata holds
  int search_pages = 5;         // "search_pages": of one search, at most
  // "settle_ms": what a request without an answer meant to leave, and is not there, is looked for
  // again after so long, since the far side may still be at work.
  int settle_ms = 2000;
  // "link_systems": identifier systems by which people are looked up, separated by blanks. Empty:
  // every identifier of the resource.
  std::vector<std::string> link_systems;
};

// Throws sdk::Error (INVALID_ARGUMENT) naming the field, what was expected and what was found.
Config ReadConfig(std::string_view config_json);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_CONFIG_H_
