#include "gateway/store/sqlite/units.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gateway/store/rules/body.h"
#include "gateway/store/rules/pack.h"
#include "gateway/store/rules/unit.h"
#include "gateway/store/sqlite/arrivals.h"
#include "gateway/store/sqlite/batch.h"
#include "gateway/store/sqlite/reads.h"
#include "gateway/store/sqlite/rows.h"
#include "gateway/store/sqlite/wait_graph.h"

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
             "r.made, t.text, s.text, y.text, n.ext, w.text, d.error, d.token, d.due, o.text FROM "
             "delivery d "
             "CROSS JOIN record r ON r.id = d.record CROSS JOIN name n ON n.id = d.name "
             "CROSS JOIN word s ON s.id = n.source CROSS JOIN word y ON y.id = n.type "
             "CROSS JOIN word w ON w.id = d.dest CROSS JOIN tenant t ON t.id = d.id >> 40 "
             "CROSS JOIN word o ON o.id = d.owner "
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
  unit->claim = {std::string(find.Text(17)), TimeOf(find.Int(16)), find.Int(15)};
  unit->test_data = (find.Int(6) & kFlagTestData) != 0;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<RemoteEntry>> Remotes(Database& database, int64_t name, int64_t dest) {
  Query find(database, "SELECT entries FROM remote WHERE name = ? AND dest = ?");
  if (find.With(name, dest).Step()) return UnpackRemotes(find.Blob(0));
  if (!find.status().ok()) return find.status();
  return std::vector<RemoteEntry>();
}

absl::StatusOr<EarlierVersion> ReadVersion(Database& database, const RecordKey& key,
                                           std::string_view destination) {
  auto resources = ReadResources(database, key);
  if (absl::IsDataLoss(resources.status())) return EarlierVersion{true, {}};
  if (!resources.ok()) return resources.status();
  return EarlierVersionOf(ResourcesFor(*std::move(resources), destination));
}

absl::Status AddOwn(Database& database, const Raw& raw, Unit* unit) {
  auto remotes = Remotes(database, raw.name, raw.dest);
  if (!remotes.ok()) return remotes.status();
  // A version is read once, however many of its resources are gone.
  std::map<int64_t, EarlierVersion> versions;
  for (const Gone& gone : AddOwnRemotes(*remotes, unit)) {
    if (versions.count(gone.version) == 0) {
      auto read =
          ReadVersion(database, {unit->key.record.name, gone.version}, unit->key.destination);
      if (!read.ok()) return read.status();
      versions.emplace(gone.version, *std::move(read));
    }
    AddWithdrawn(gone.reference, versions[gone.version], unit);
  }
  return absl::OkStatus();
}

absl::Status AddReferenced(Database& database, const Raw& raw, Unit* unit) {
  RowGraph graph(database, raw.dest);
  for (const RecordName& name : UnpackNames(raw.refs)) {
    if (name == unit->key.record.name) continue;
    auto stored = FindName(database, name);
    if (absl::IsNotFound(stored.status())) {
      unit->waits_for.push_back(name);
      continue;
    }
    if (!stored.ok()) return stored.status();
    auto remotes = Remotes(database, stored->id, raw.dest);
    if (!remotes.ok()) return remotes.status();
    auto arrival = ArrivalOf(database, stored->id, raw.dest);
    if (!arrival.ok()) return arrival.status();
    if (*arrival == Arrival::kMayCome) {
      auto before = MayGoBefore(graph, {raw.delivery, raw.name}, stored->id);
      if (!before.ok()) return before.status();
      if (!*before) unit->waits_for.push_back(name);
    }
    AddReferencedRemotes(*std::move(remotes), unit);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadUnit(Database& database, int64_t delivery, Unit* unit) {
  Raw raw;
  if (absl::Status status = ReadRow(database, delivery, unit, &raw); !status.ok()) return status;
  auto made = DecodeBody(raw.made);
  if (!made.ok()) return made.status();
  unit->resources = ResourcesFor(UnpackResources(*made), unit->key.destination);
  if (absl::Status status = AddOwn(database, raw, unit); !status.ok()) return status;
  return AddReferenced(database, raw, unit);
}

}  // namespace kgw::store
