#ifndef PLUGINS_FHIR_REST_UNIT_H_
#define PLUGINS_FHIR_REST_UNIT_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "json.h"

namespace kgw::fhir_rest {

// One resource to be written to the far side, or removed from it.
struct Entry {
  std::string ours;  // "Observation/<our id>"
  std::string type;
  std::string id;
  bool remove = false;
  Json resource;
  std::string remote;          // where it lies there, when known
  std::string remote_version;  // as of our last write
  bool linked = false;         // it was found there, not made by us
  bool intended = false;       // an earlier attempt may have made it
};

struct Unit {
  std::vector<Entry> entries;
  // Our "Type/id" -> theirs, of other records and of entries settled before.
  std::map<std::string, std::string> references;
};

// Throws Failure (INVALID_ARGUMENT) when the body is not a delivery.
Unit ReadUnit(std::string_view body);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_UNIT_H_
