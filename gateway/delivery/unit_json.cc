#include "gateway/delivery/unit_json.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace kgw::delivery {

// The journal is in order: a later line about an entry replaces an earlier one.
OpenWork::OpenWork(const store::Unit& unit) : unit_(unit) {
  for (const store::EntryResult& entry : unit.entries) {
    if (entry.state == store::EntryState::kIntended) {
      if (!settled_.contains(entry.resource)) intended_.insert(entry.resource);
    } else {
      settled_[entry.resource] = &entry;
      intended_.erase(entry.resource);
    }
  }
  for (const auto* list : {&unit.resources, &unit.withdrawn}) {
    for (const store::Resource& resource : *list) {
      std::string reference = resource.reference();
      if (!settled_.contains(reference)) entries_.push_back(std::move(reference));
    }
  }
}

std::string OpenWork::Json() const {
  const RecordName& name = unit_.key.record.name;
  const std::string version = absl::StrCat(unit_.key.record.version);
  std::string out;
  json::Writer writer(&out);
  writer.StartObject();
  writer.Field("delivery", absl::StrCat(name.tenant, "/", unit_.key.destination, "/", name.source,
                                        "/", name.type, "/", name.id, "/", version));
  writer.Key("attempt");
  writer.Integer(unit_.attempt);
  writer.Key("record");
  writer.StartObject();
  writer.Field("type", name.type);
  writer.Field("id", name.id);
  writer.Field("version", version);
  writer.EndObject();
  writer.Key("entries");
  writer.StartArray();
  WriteEntries(unit_.resources, "write", writer);
  WriteEntries(unit_.withdrawn, "remove", writer);
  writer.EndArray();
  WriteReferences(writer);
  writer.EndObject();
  return out;
}

void OpenWork::WriteEntries(const std::vector<store::Resource>& resources, std::string_view action,
                            json::Writer& writer) const {
  for (const store::Resource& resource : resources) {
    if (!settled_.contains(resource.reference())) WriteEntry(resource, action, writer);
  }
}

void OpenWork::WriteEntry(const store::Resource& resource, std::string_view action,
                          json::Writer& writer) const {
  const std::string reference = resource.reference();
  writer.StartObject();
  writer.Field("entry", reference);
  writer.Field("action", action);
  writer.Key("resource");
  writer.Raw(resource.body);
  if (const auto remote = unit_.remotes.find(reference);
      remote != unit_.remotes.end() && !remote->second.remote.empty()) {
    writer.Key("remote");
    writer.StartObject();
    writer.Field("reference", remote->second.remote);
    if (!remote->second.remote_version.empty()) {
      writer.Field("version", remote->second.remote_version);
    }
    writer.Field("state", NameOf(remote->second.state));
    writer.EndObject();
  }
  if (intended_.contains(reference)) {
    writer.Key("intended");
    writer.Bool(true);
  }
  writer.EndObject();
}

void OpenWork::WriteReferences(json::Writer& writer) const {
  std::map<std::string_view, std::string_view> references;
  for (const auto& [ours, result] : unit_.remotes) {
    if (!result.remote.empty()) references[ours] = result.remote;
  }
  for (const auto& [ours, result] : settled_) {
    if (!result->remote.empty()) references[ours] = result->remote;
  }
  for (const std::string& entry : entries_) references.erase(entry);
  writer.Key("references");
  writer.StartObject();
  for (const auto& [ours, theirs] : references) writer.Field(ours, theirs);
  writer.EndObject();
}

}  // namespace kgw::delivery
