#include "gateway/delivery/unit_json.h"

#include <map>
#include <set>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "gateway/base/json.h"

namespace kgw::delivery {
namespace {

struct Earlier {
  std::map<std::string_view, const store::EntryResult*> settled;
  std::set<std::string_view> intended;
};

// The journal is in order: a later line about an entry replaces an earlier one.
Earlier ReadJournal(const store::Unit& unit) {
  Earlier earlier;
  for (const store::EntryResult& entry : unit.entries) {
    if (entry.state == store::EntryState::kIntended) {
      if (!earlier.settled.contains(entry.resource)) earlier.intended.insert(entry.resource);
    } else {
      earlier.settled[entry.resource] = &entry;
      earlier.intended.erase(entry.resource);
    }
  }
  return earlier;
}

void WriteEntry(const store::Unit& unit, const Earlier& earlier, const store::Resource& resource,
                std::string_view action, json::Writer& writer) {
  const std::string reference = resource.reference();
  writer.StartObject();
  writer.Field("entry", reference);
  writer.Field("action", action);
  writer.Key("resource");
  writer.Raw(resource.body);
  if (const auto remote = unit.remotes.find(reference);
      remote != unit.remotes.end() && !remote->second.remote.empty()) {
    writer.Key("remote");
    writer.StartObject();
    writer.Field("reference", remote->second.remote);
    if (!remote->second.remote_version.empty()) {
      writer.Field("version", remote->second.remote_version);
    }
    writer.Field("state", NameOf(remote->second.state));
    writer.EndObject();
  }
  if (earlier.intended.contains(reference)) {
    writer.Key("intended");
    writer.Bool(true);
  }
  writer.EndObject();
}

void WriteReferences(const store::Unit& unit, const Earlier& earlier,
                     const std::vector<std::string>& open, json::Writer& writer) {
  std::map<std::string_view, std::string_view> references;
  for (const auto& [ours, result] : unit.remotes) {
    if (!result.remote.empty()) references[ours] = result.remote;
  }
  for (const auto& [ours, result] : earlier.settled) {
    if (!result->remote.empty()) references[ours] = result->remote;
  }
  for (const std::string& entry : open) references.erase(entry);
  writer.Key("references");
  writer.StartObject();
  for (const auto& [ours, theirs] : references) writer.Field(ours, theirs);
  writer.EndObject();
}

}  // namespace

std::vector<std::string> OpenEntries(const store::Unit& unit) {
  const Earlier earlier = ReadJournal(unit);
  std::vector<std::string> open;
  for (const auto* list : {&unit.resources, &unit.withdrawn}) {
    for (const store::Resource& resource : *list) {
      std::string reference = resource.reference();
      if (!earlier.settled.contains(reference)) open.push_back(std::move(reference));
    }
  }
  return open;
}

std::string UnitJson(const store::Unit& unit) {
  const Earlier earlier = ReadJournal(unit);
  const RecordName& name = unit.key.record.name;
  const std::string version = absl::StrCat(unit.key.record.version);
  std::string out;
  json::Writer writer(&out);
  writer.StartObject();
  writer.Field("delivery", absl::StrCat(name.tenant, "/", unit.key.destination, "/", name.source,
                                        "/", name.type, "/", name.id, "/", version));
  writer.Key("attempt");
  writer.Integer(unit.attempt);
  writer.Key("record");
  writer.StartObject();
  writer.Field("type", name.type);
  writer.Field("id", name.id);
  writer.Field("version", version);
  writer.EndObject();
  writer.Key("entries");
  writer.StartArray();
  const std::pair<const std::vector<store::Resource>*, std::string_view> lists[] = {
      {&unit.resources, "write"}, {&unit.withdrawn, "remove"}};
  for (const auto& [list, action] : lists) {
    for (const store::Resource& resource : *list) {
      if (!earlier.settled.contains(resource.reference())) {
        WriteEntry(unit, earlier, resource, action, writer);
      }
    }
  }
  writer.EndArray();
  WriteReferences(unit, earlier, OpenEntries(unit), writer);
  writer.EndObject();
  return out;
}

}  // namespace kgw::delivery
