#include "gateway/store/sqlite/reads.h"

#include <algorithm>
#include <map>
#include <utility>

#include "gateway/base/strings.h"
#include "gateway/store/rules/body.h"
#include "gateway/store/rules/pack.h"
#include "gateway/store/rules/receipt.h"
#include "gateway/store/sqlite/arrivals.h"
#include "gateway/store/sqlite/batch.h"
#include "gateway/store/sqlite/placing.h"
#include "gateway/store/sqlite/rows.h"

namespace kgw::store {
namespace {

// A bound against a mistake: words come from configurations and schemas, and are few.
constexpr size_t kMostKnownWords = 20000;

absl::Status NoRecord() { return absl::NotFoundError("there is no such record"); }

// The id of a word of a tenant, or of the tenant itself where that is 0. Every record is looked
// for by the same few: asking for them each time would cost more than the record's own row.
absl::StatusOr<int64_t> FindWord(Database& database, int64_t tenant, std::string_view text) {
  auto& known = database.known_words();
  std::pair<int64_t, std::string> key(tenant, text);
  if (auto found = known.find(key); found != known.end()) return found->second;
  Query find(database, tenant == 0 ? "SELECT id FROM tenant WHERE text = ?1"
                                   : "SELECT id FROM word WHERE text = ?1 AND tenant = ?2");
  find.With(text);
  if (tenant != 0) find.With(tenant);
  if (!find.Step()) return find.status().ok() ? NoRecord() : find.status();
  if (known.size() >= kMostKnownWords) known.clear();
  return known.emplace(std::move(key), find.Int(0)).first->second;
}

// The row of one version: the stored one, else the last rejection under that key. Version 0: the
// newest. Rows of `record` only.
absl::StatusOr<int64_t> FindRow(Database& database, const RecordKey& key) {
  auto name = FindName(database, key.name);
  if (!name.ok()) return name.status();
  const int64_t version = key.version == 0 ? name->newest : key.version;
  {
    Query stored(database,
                 "SELECT id FROM record WHERE name = ? AND version = ? AND state <> [rejected]");
    if (stored.With(name->id, version).Step()) return stored.Int(0);
    if (!stored.status().ok()) return stored.status();
  }
  Query rejected(
      database,
      "SELECT id FROM record INDEXED BY record_rejected WHERE name = ?1 AND state = [rejected] "
      "AND version >= ?2 AND version <= ?3 ORDER BY id DESC LIMIT 1");
  const int64_t last = key.version == 0 ? INT64_MAX : key.version;
  if (rejected.With(name->id, key.version, last).Step()) return rejected.Int(0);
  return rejected.status().ok() ? NoRecord() : rejected.status();
}

absl::StatusOr<std::string> ReadBody(Database& database, const RecordKey& key, const char* sql) {
  auto id = FindRow(database, key);
  if (!id.ok()) return id.status();
  Query find(database, sql);
  if (!find.With(*id).Step()) return find.status().ok() ? NoRecord() : find.status();
  return DecodeBody(find.Blob(0));
}

absl::Status AddOldest(Database& database, int64_t dest, DestinationDepth* depth) {
  Query oldest(database,
               "SELECT created FROM delivery INDEXED BY delivery_open "
               "WHERE dest = ? AND state < [delivered] ORDER BY id LIMIT 1");
  if (oldest.With(dest).Step()) depth->oldest = std::min(depth->oldest, TimeOf(oldest.Int(0)));
  return oldest.status();
}

absl::Status AddWaiting(Database& database, int64_t dest, DestinationDepth* depth) {
  Query waiting(database, "SELECT count(DISTINCT delivery) FROM wait WHERE dest = ?");
  if (waiting.With(dest).Step()) depth->waiting += waiting.Int(0);
  return waiting.status();
}

void AddCount(DeliveryState state, int64_t count, DestinationDepth* depth) {
  switch (state) {
    case DeliveryState::kPending:
      depth->pending += count;
      break;
    case DeliveryState::kInFlight:
      depth->in_flight += count;
      break;
    case DeliveryState::kHeld:
      depth->held += count;
      break;
    case DeliveryState::kDead:
      depth->dead += count;
      break;
    default:
      break;
  }
}

absl::Status AddDepths(Database& database, int64_t tenant,
                       std::map<std::string, DestinationDepth>* depths) {
  std::map<int64_t, std::string> words;
  Query find(database,
             "SELECT w.id, w.text, c.state, c.n FROM counter c CROSS JOIN word w ON w.id = c.dest "
             "WHERE c.tenant = ? AND c.kind = ?");
  find.With(tenant, static_cast<int64_t>(Counted::kDeliveries));
  while (find.Step()) {
    const std::string destination(find.Text(1));
    words.emplace(find.Int(0), destination);
    DestinationDepth& depth = (*depths)[destination];
    depth.destination = destination;
    AddCount(static_cast<DeliveryState>(find.Int(2)), find.Int(3), &depth);
  }
  if (!find.status().ok()) return find.status();
  for (const auto& [dest, destination] : words) {
    absl::Status status = AddOldest(database, dest, &(*depths)[destination]);
    if (status.ok()) status = AddWaiting(database, dest, &(*depths)[destination]);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<StoredName> FindName(Database& database, const RecordName& name) {
  auto tenant = FindWord(database, 0, name.tenant);
  if (!tenant.ok()) return tenant.status();
  auto source = FindWord(database, *tenant, name.source);
  if (!source.ok()) return source.status();
  auto type = FindWord(database, *tenant, name.type);
  if (!type.ok()) return type.status();
  Query find(database, "SELECT id, newest FROM name WHERE source = ? AND type = ? AND ext = ?");
  if (find.With(*source, *type, name.id).Step()) return StoredName{find.Int(0), find.Int(1)};
  return find.status().ok() ? NoRecord() : find.status();
}

absl::StatusOr<int64_t> FindTenant(Database& database, std::string_view tenant) {
  Query find(database, "SELECT id FROM tenant WHERE text = ?");
  if (find.With(tenant).Step()) return find.Int(0);
  return find.status().ok() ? absl::NotFoundError("there is no such tenant") : find.status();
}

absl::StatusOr<std::optional<Placement>> ReadDuplicate(Database& database, const RecordKey& key,
                                                       const Sha256& content_hash) {
  auto name = FindName(database, key.name);
  if (absl::IsNotFound(name.status())) return std::optional<Placement>();
  if (!name.ok()) return name.status();
  return FindStored(database, name->id, key, content_hash);
}

absl::StatusOr<RecordRow> ReadRecord(Database& database, const RecordKey& key) {
  auto id = FindRow(database, key);
  if (!id.ok()) return id.status();
  Query find(database, StrCat(kRecordColumns, "FROM record r", kRecordJoins, "WHERE r.id = ?"));
  if (!find.With(*id).Step()) return find.status().ok() ? NoRecord() : find.status();
  return RecordOf(find, key.name.tenant, /*lenient=*/false);
}

absl::StatusOr<std::string> ReadBytes(Database& database, const RecordKey& key) {
  return ReadBody(database, key, "SELECT body FROM record WHERE id = ?");
}

absl::StatusOr<std::vector<Resource>> ReadResources(Database& database, const RecordKey& key) {
  auto packed = ReadBody(database, key, "SELECT made FROM record WHERE id = ?");
  if (!packed.ok()) return packed.status();
  return UnpackResources(*packed);
}

absl::StatusOr<std::vector<DeliveryRow>> ReadDeliveries(Database& database, const RecordKey& key) {
  auto name = FindName(database, key.name);
  if (!name.ok()) return name.status();
  const int64_t version = key.version == 0 ? name->newest : key.version;
  auto row = FindRow(database, key);
  if (!row.ok()) return row.status();
  Query find(database, StrCat(kDeliveryColumns, "FROM delivery d", kDeliveryJoins,
                              "WHERE d.name = ? AND d.version = ? ORDER BY d.id"));
  find.With(name->id, version);
  std::vector<DeliveryRow> rows;
  while (find.Step()) {
    rows.push_back(DeliveryOf(find, key.name.tenant));
    absl::Status status = ExplainWait(database, find.Int(0), &rows.back());
    if (!status.ok()) return status;
  }
  if (!find.status().ok()) return find.status();
  return rows;
}

absl::StatusOr<RecordKey> ReadOwner(Database& database, std::string_view tenant,
                                    std::string_view resource_id) {
  auto id = FindTenant(database, tenant);
  if (!id.ok()) return id.status();
  std::vector<RecordKey> owners;
  {
    Query find(database,
               "SELECT s.text, y.text, n.ext, n.newest FROM owner o "
               "CROSS JOIN name n ON n.id = o.name CROSS JOIN word s ON s.id = n.source "
               "CROSS JOIN word y ON y.id = n.type WHERE o.tenant = ? AND o.prefix = ?");
    find.With(*id, OwnerPrefixOf(resource_id));
    while (find.Step()) {
      owners.push_back({{std::string(tenant), std::string(find.Text(0)), std::string(find.Text(1)),
                         std::string(find.Text(2))},
                        find.Int(3)});
    }
    if (!find.status().ok()) return find.status();
  }
  for (const RecordKey& owner : owners) {
    auto resources = ReadResources(database, owner);
    if (!resources.ok()) return resources.status();
    for (const Resource& resource : *resources) {
      if (resource.id == resource_id) return owner;
    }
  }
  return absl::NotFoundError("there is no resource with this id");
}

absl::StatusOr<std::vector<std::string>> ReadTenants(Database& database) {
  std::vector<std::string> tenants;
  Query find(database, "SELECT text FROM tenant ORDER BY text");
  while (find.Step()) tenants.emplace_back(find.Text(0));
  if (!find.status().ok()) return find.status();
  return tenants;
}

absl::StatusOr<std::vector<DestinationDepth>> ReadDepths(Database& database) {
  absl::StatusOr<std::vector<std::string>> tenants = ReadTenants(database);
  return tenants.ok() ? ReadDepthsOf(database, *tenants) : tenants.status();
}

absl::StatusOr<std::vector<DestinationDepth>> ReadDepthsOf(
    Database& database, const std::vector<std::string>& tenants) {
  std::map<std::string, DestinationDepth> depths;
  for (const std::string& tenant : tenants) {
    absl::StatusOr<int64_t> id = FindTenant(database, tenant);
    if (absl::IsNotFound(id.status())) continue;
    if (!id.ok()) return id.status();
    absl::Status status = AddDepths(database, *id, &depths);
    if (!status.ok()) return status;
  }
  std::vector<DestinationDepth> rows;
  for (auto& [destination, depth] : depths) rows.push_back(std::move(depth));
  return rows;
}

absl::StatusOr<std::string> ReadState(Database& database, std::string_view plugin,
                                      std::string_view tenant, std::string_view key) {
  Query find(database,
             "SELECT value FROM plugin_state WHERE tenant = ? AND plugin = ? AND key = ?");
  if (find.With(tenant, plugin, key).Step()) return DecodeBody(find.Blob(0));
  return find.status().ok() ? absl::NotFoundError("no value is kept under this key")
                            : find.status();
}

}  // namespace kgw::store
