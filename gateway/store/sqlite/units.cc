#include "gateway/store/sqlite/units.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/strings.h"
#include "gateway/store/sqlite/awaited.h"
#include "gateway/store/sqlite/body.h"
#include "gateway/store/sqlite/circles.h"
#include "gateway/store/sqlite/pack.h"
#include "gateway/store/sqlite/reads.h"
#include "gateway/store/sqlite/rows.h"

namespace kgw::store {
namespace {

// What the rows say, before the bodies are opened.
struct Raw {
  int64_t delivery = 0;
  int64_t name = 0;
  int64_t dest = 0;
  std::string refs;
  std::string made;
};

absl::Status ReadRow(Database& database, int64_t delivery, Unit* unit, Raw* raw) {
  Query find(database,
             "SELECT d.name, d.dest, d.version, d.lane, d.attempts, d.entries, r.flags, r.refs, "
             "r.made, t.text, s.text, y.text, n.ext, w.text, d.error FROM delivery d "
             "CROSS JOIN record r ON r.id = d.record CROSS JOIN name n ON n.id = d.name "
             "CROSS JOIN word s ON s.id = n.source CROSS JOIN word y ON y.id = n.type "
             "CROSS JOIN word w ON w.id = d.dest CROSS JOIN tenant t ON t.id = d.id >> 40 "
             "WHERE d.id = ?");
  if (!find.With(delivery).Step()) {
    return find.status().ok() ? absl::InternalError("a claimed delivery is gone") : find.status();
  }
  raw->delivery = delivery;
  raw->name = find.Int(0);
  raw->dest = find.Int(1);
  raw->refs = find.Blob(7);
  raw->made = find.Blob(8);
  unit->key.record = {{std::string(find.Text(9)), std::string(find.Text(10)),
                       std::string(find.Text(11)), std::string(find.Text(12))},
                      find.Int(2)};
  unit->key.destination = find.Text(13);
  unit->lane = find.Text(3);
  unit->attempt = static_cast<int>(find.Int(4));
  unit->entries = UnpackEntries(find.Blob(5));
  unit->last = UnpackError(find.Blob(14));
  unit->test_data = (find.Int(6) & kFlagTestData) != 0;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<RemoteEntry>> Remotes(Database& database, int64_t name, int64_t dest) {
  Query find(database, "SELECT entries FROM remote WHERE name = ? AND dest = ?");
  if (find.With(name, dest).Step()) return UnpackRemotes(find.Blob(0));
  if (!find.status().ok()) return find.status();
  return std::vector<RemoteEntry>();
}

// The resources of an earlier version, by "Type/id". Read once, however many of them are gone.
struct Version {
  bool damaged = false;
  std::map<std::string, Resource> resources;
};

absl::StatusOr<Version> ReadVersion(Database& database, const RecordKey& key) {
  Version version;
  auto resources = ReadResources(database, key);
  version.damaged = absl::IsDataLoss(resources.status());
  if (version.damaged) return version;
  if (!resources.ok()) return resources.status();
  for (Resource& resource : *resources) {
    version.resources.emplace(ReferenceOf(resource), std::move(resource));
  }
  return version;
}

// What is left to say about a resource whose body is damaged: a connector finds it by its place.
Resource Bare(const std::string& reference) {
  const size_t slash = reference.find('/');
  Resource resource;
  resource.role = reference.substr(0, slash);
  resource.id = reference.substr(slash + 1);
  resource.json =
      StrCat(R"({"resourceType":")", resource.role, R"(","id":")", resource.id, R"("})");
  return resource;
}

absl::Status AddOwnRemotes(Database& database, const Raw& raw, Unit* unit) {
  auto remotes = Remotes(database, raw.name, raw.dest);
  if (!remotes.ok()) return remotes.status();
  std::set<std::string> present;
  for (const Resource& resource : unit->resources) present.insert(ReferenceOf(resource));
  std::set<std::string> journalled;
  for (const EntryResult& entry : unit->entries) journalled.insert(entry.resource);
  std::map<int64_t, Version> versions;
  for (const RemoteEntry& remote : *remotes) {
    const std::string& reference = remote.entry.resource;
    if (remote.entry.remote.empty()) {
      // What is only intended may be there all the same.
      if (journalled.count(reference) == 0) unit->entries.push_back(remote.entry);
    } else {
      unit->remotes[reference] = remote.entry;
    }
    if (present.count(reference) != 0 || remote.version >= unit->key.record.version) continue;
    if (versions.count(remote.version) == 0) {
      auto read = ReadVersion(database, {unit->key.record.name, remote.version});
      if (!read.ok()) return read.status();
      versions.emplace(remote.version, *std::move(read));
    }
    const Version& earlier = versions[remote.version];
    const auto found = earlier.resources.find(reference);
    // A version that had it no more has withdrawn it already. One that is damaged must not keep
    // what came after it from going out: it is withdrawn once more.
    if (found != earlier.resources.end()) unit->withdrawn.push_back(found->second);
    if (earlier.damaged) unit->withdrawn.push_back(Bare(reference));
  }
  return absl::OkStatus();
}

absl::Status AddReferenced(Database& database, const Raw& raw, Unit* unit) {
  for (const RecordName& name : UnpackNames(raw.refs)) {
    if (name == unit->key.record.name) continue;
    auto spot = FindName(database, name);
    if (absl::IsNotFound(spot.status())) {
      unit->waits_for.push_back(name);
      continue;
    }
    if (!spot.ok()) return spot.status();
    auto remotes = Remotes(database, spot->id, raw.dest);
    if (!remotes.ok()) return remotes.status();
    auto arrival = ArrivalOf(database, spot->id, raw.dest);
    if (!arrival.ok()) return arrival.status();
    if (*arrival == Arrival::kMayCome) {
      auto before = MayGoBefore(database, {raw.delivery, raw.name, raw.dest}, spot->id);
      if (!before.ok()) return before.status();
      if (!*before) unit->waits_for.push_back(name);
    }
    for (RemoteEntry& remote : *remotes) {
      if (remote.entry.remote.empty()) continue;
      std::string reference = remote.entry.resource;
      unit->remotes[std::move(reference)] = std::move(remote.entry);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadUnit(Database& database, int64_t delivery, Unit* unit) {
  Raw raw;
  if (absl::Status status = ReadRow(database, delivery, unit, &raw); !status.ok()) return status;
  auto made = DecodeBody(raw.made);
  if (!made.ok()) return made.status();
  unit->resources = UnpackResources(*made);
  if (absl::Status status = AddOwnRemotes(database, raw, unit); !status.ok()) return status;
  return AddReferenced(database, raw, unit);
}

}  // namespace kgw::store
