#include "unit.h"

#include "failure.h"
#include "url.h"

namespace kgw::fhir_rest {
namespace {

[[noreturn]] void Wrong(const char* what) { throw Failure(KGW_INVALID_ARGUMENT, "protocol", what); }

Entry ReadEntry(const Json& json) {
  Entry entry;
  entry.ours = json.TextOf("entry");
  if (!IsLocalReference(entry.ours)) Wrong("An entry of the delivery has no Type/id.");
  const size_t slash = entry.ours.find('/');
  entry.type = entry.ours.substr(0, slash);
  entry.id = entry.ours.substr(slash + 1);
  const std::string& action = json.TextOf("action");
  if (action != "write" && action != "remove") {
    Wrong("An entry of the delivery is neither to be written nor removed.");
  }
  entry.remove = action == "remove";
  entry.resource = json["resource"];
  if (entry.resource.TextOf("resourceType") != entry.type) {
    Wrong("A resource of the delivery is not of its entry's type.");
  }
  const Json& remote = json["remote"];
  if (!remote.TextOf("reference").empty()) {
    entry.remote = remote.TextOf("reference");
    if (!IsLocalReference(entry.remote)) Wrong("A remote reference of the delivery is no Type/id.");
    entry.remote_version = remote.TextOf("version");
    entry.linked = remote.TextOf("state") == "linked";
  }
  entry.intended = json["intended"].is_true();
  return entry;
}

}  // namespace

Unit ReadUnit(std::string_view body) {
  const std::optional<Json> json = ParseJson(body);
  if (!json.has_value() || !(*json)["entries"].is_array()) Wrong("The delivery cannot be read.");
  Unit unit;
  for (const Json& entry : (*json)["entries"].items) unit.entries.push_back(ReadEntry(entry));
  for (const JsonMember& reference : (*json)["references"].members) {
    unit.references[reference.name] = reference.value.text;
  }
  return unit;
}

}  // namespace kgw::fhir_rest
