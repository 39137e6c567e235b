#include "gateway/store/sqlite/placing.h"

#include <algorithm>

#include "gateway/base/ids.h"
#include "gateway/store/rules/body.h"
#include "gateway/store/rules/pack.h"
#include "gateway/store/rules/receipt.h"
#include "gateway/store/rules/versions.h"
#include "gateway/store/sqlite/delivery_rows.h"
#include "gateway/store/sqlite/rows.h"
#include "gateway/store/sqlite/schema.h"
#include "gateway/store/sqlite/waits.h"

namespace kgw::store {
namespace {

// A row of `name`, as it was before this version.
struct NameRow {
  int64_t id = 0;
  int64_t prefix = 0;
  History history;
  bool fresh = true;  // made by this version
};

// What ApplyVersion knows while it writes.
struct Placing {
  explicit Placing(const PreparedVersion& version) : prepared(version) {}

  const PreparedVersion& prepared;
  int64_t tenant = 0;
  int64_t source = 0;
  int64_t type = 0;
  NameRow name;
  VersionOutcome outcome;
  int64_t record = 0;
  uint32_t deliveries = 0;
};

std::string_view ViewOf(const Sha256& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

absl::Status ResolveName(Batch& batch, Placing& placing) {
  const RecordName& name = placing.prepared.version.key.name;
  auto tenant = batch.Tenant(name.tenant);
  if (!tenant.ok()) return tenant.status();
  auto source = batch.Word(*tenant, name.source);
  if (!source.ok()) return source.status();
  auto type = batch.Word(*tenant, name.type);
  if (!type.ok()) return type.status();
  placing.tenant = *tenant;
  placing.source = *source;
  placing.type = *type;
  Query find(batch.database(),
             "SELECT id, prefix, newest, mapped, charged FROM name "
             "WHERE source = ? AND type = ? AND ext = ?");
  if (find.With(*source, *type, name.id).Step()) {
    placing.name = {find.Int(0),
                    find.Int(1),
                    {find.Int(2), find.Int(3), find.Int(4) != 0},
                    /*fresh=*/false};
  }
  return find.status();
}

absl::Status WriteRecord(Batch& batch, Placing& placing) {
  const NewVersion& version = placing.prepared.version;
  auto mapper = batch.Word(placing.tenant, version.mapper);
  if (!mapper.ok()) return mapper.status();
  auto config = batch.Word(placing.tenant, version.config_hash);
  if (!config.ok()) return config.status();
  auto id = batch.NextId(placing.tenant, Sequence::kRecord);
  if (!id.ok()) return id.status();
  placing.record = *id;
  const bool rejected = placing.outcome.state == RecordState::kRejected;
  const std::string refs = PackNames(version.references);
  const std::string none;
  const int64_t flags =
      (version.test_data ? kFlagTestData : 0) | (version.billable ? kFlagBillable : 0);
  Query add(batch.database(),
            "INSERT INTO record(id, name, version, state, flags, hash, received, resources, "
            "deliveries, patient, mapper, config, refs, notes, body, made) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  return add
      .With(*id, placing.name.id, version.key.version, static_cast<int64_t>(placing.outcome.state),
            flags, AsBlob{ViewOf(version.content_hash)}, MicrosOf(version.received_at),
            static_cast<int64_t>(rejected ? 0 : placing.prepared.resources),
            static_cast<int64_t>(placing.deliveries), version.patient, *mapper, *config,
            AsBlob{refs}, AsBlob{placing.prepared.notes},
            AsBlob{rejected ? none : placing.prepared.body},
            AsBlob{rejected ? none : placing.prepared.made})
      .Done();
}

absl::Status WriteFeed(Batch& batch, const Placing& placing) {
  if (!placing.outcome.feed) return absl::OkStatus();
  auto id = batch.NextId(placing.tenant, Sequence::kFeed);
  if (!id.ok()) return id.status();
  const auto row = static_cast<int64_t>(*placing.outcome.feed);
  batch.Count(placing.tenant, Counted::kFeed, 0, row, 1);
  Query add(batch.database(), "INSERT INTO feed(id, record, voided, at) VALUES(?, ?, ?, ?)");
  return add.With(*id, placing.record, row, MicrosOf(batch.now())).Done();
}

absl::Status WriteName(Batch& batch, const Placing& placing) {
  const NameRow& name = placing.name;
  const History& after = placing.outcome.after;
  const int64_t charged = after.charged ? 1 : 0;
  if (!name.fresh) {
    Query change(batch.database(),
                 "UPDATE name SET prefix = ?, newest = ?, mapped = ?, charged = ? WHERE id = ?");
    return change.With(name.prefix, after.newest, after.mapped, charged, name.id).Done();
  }
  Query add(batch.database(),
            "INSERT INTO name(id, source, type, ext, prefix, newest, mapped, charged) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
  return add
      .With(name.id, placing.source, placing.type, placing.prepared.version.key.name.id,
            name.prefix, after.newest, after.mapped, charged)
      .Done();
}

// The ids of a record that moved to another patient have another prefix; both lead to it.
absl::Status WriteOwner(Batch& batch, Placing& placing) {
  const int64_t prefix = placing.prepared.prefix;
  if (prefix == 0 || prefix == placing.name.prefix ||
      placing.outcome.state == RecordState::kRejected) {
    return absl::OkStatus();
  }
  placing.name.prefix = prefix;
  Query add(batch.database(), "INSERT OR IGNORE INTO owner(tenant, prefix, name) VALUES(?, ?, ?)");
  return add.With(placing.tenant, prefix, placing.name.id).Done();
}

absl::Status WriteDeliveries(Batch& batch, Placing& placing) {
  if (!placing.outcome.delivers) return absl::OkStatus();
  const int64_t version = placing.prepared.version.key.version;
  if (placing.outcome.replaces > 0) {
    absl::Status status = CancelReplaced(batch, placing.name.id, placing.outcome.replaces);
    if (!status.ok()) return status;
  }
  const StoredVersion stored{placing.tenant, placing.name.id, placing.record, version};
  for (const NewDelivery& delivery : placing.prepared.version.deliveries) {
    if (absl::Status status = AddDelivery(batch, stored, delivery); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// What is withheld at once will never come to those who wait for it.
absl::Status TellWaiting(Batch& batch, const Placing& placing) {
  for (const NewDelivery& delivery : placing.prepared.version.deliveries) {
    if (delivery.state != DeliveryState::kWithheld) continue;
    auto dest = batch.Word(placing.tenant, delivery.destination);
    if (!dest.ok()) return dest.status();
    absl::Status status = WakeWaiting(batch, placing.name.id, *dest);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status WriteAll(Batch& batch, Placing& placing) {
  if (placing.name.fresh) {
    auto id = batch.NextId(placing.tenant, Sequence::kName);
    if (!id.ok()) return id.status();
    placing.name.id = *id;
  }
  const NewVersion& version = placing.prepared.version;
  placing.outcome =
      PlaceVersion(placing.name.history, version.key.version, version.state, version.billable);
  if (placing.outcome.delivers) {
    placing.deliveries = static_cast<uint32_t>(version.deliveries.size());
  }
  absl::Status status = WriteRecord(batch, placing);
  if (status.ok()) status = WriteOwner(batch, placing);
  if (status.ok()) status = WriteDeliveries(batch, placing);
  if (status.ok()) status = WriteFeed(batch, placing);
  if (status.ok()) status = WriteName(batch, placing);
  if (status.ok() && placing.deliveries > 0) status = LetAwaitedPass(batch, placing.name.id);
  if (status.ok() && placing.deliveries > 0) status = TellWaiting(batch, placing);
  return status;
}

Placement ResultOf(const Placing& placing) {
  Placement result;
  result.state = placing.outcome.state;
  result.receipt = placing.prepared.receipt;
  result.resources =
      placing.outcome.state == RecordState::kRejected ? 0 : placing.prepared.resources;
  result.deliveries = placing.deliveries;
  result.issues_json = placing.prepared.issues_json;
  result.signals_json = placing.prepared.signals_json;
  return result;
}

}  // namespace

PreparedVersion Prepare(NewVersion version) {
  PreparedVersion prepared;
  prepared.receipt = ReceiptOf(version.key, version.content_hash);
  prepared.resources = static_cast<uint32_t>(version.resources.size());
  if (!version.resources.empty()) prepared.prefix = OwnerPrefixOf(version.resources[0].id);
  if (version.state != RecordState::kRejected) {
    prepared.body = EncodeBody(version.bytes);
    prepared.made = EncodeBody(PackResources(version.resources));
  }
  std::string notes;
  PackText(version.issues_json, &notes);
  PackText(version.signals_json, &notes);
  prepared.notes = EncodeBody(notes);
  prepared.issues_json = std::move(version.issues_json);
  prepared.signals_json = std::move(version.signals_json);
  version.bytes = {};
  version.resources = {};
  prepared.version = std::move(version);
  return prepared;
}

absl::StatusOr<std::optional<Placement>> FindStored(Database& database, int64_t name,
                                                    const RecordKey& key,
                                                    const Sha256& content_hash) {
  Query find(database,
             "SELECT state, hash, resources, deliveries, notes FROM record "
             "WHERE name = ? AND version = ? AND state <> [rejected]");
  if (!find.With(name, key.version).Step()) {
    if (!find.status().ok()) return find.status();
    return std::optional<Placement>();
  }
  Sha256 stored{};
  const std::string_view hash = find.Blob(1);
  if (hash.size() == stored.size()) std::copy(hash.begin(), hash.end(), stored.begin());
  Placement result;
  result.verdict = JudgeAgain(stored, content_hash);
  result.state = static_cast<RecordState>(find.Int(0));
  result.receipt = ReceiptOf(key, stored);
  result.resources = static_cast<uint32_t>(find.Int(2));
  result.deliveries = static_cast<uint32_t>(find.Int(3));
  // Damage to them takes nothing from the promise of the receipt.
  auto notes = DecodeBody(find.Blob(4));
  if (!notes.ok()) {
    result.issues_json = kDamagedIssues;
    return std::optional<Placement>(std::move(result));
  }
  Unpacker unpacker(*notes);
  result.issues_json = unpacker.Text();
  result.signals_json = unpacker.Text();
  return std::optional<Placement>(std::move(result));
}

absl::Status ApplyVersion(Batch& batch, const PreparedVersion& prepared, Placement* result) {
  Placing placing(prepared);
  if (absl::Status status = ResolveName(batch, placing); !status.ok()) return status;
  if (!placing.name.fresh) {
    auto stored = FindStored(batch.database(), placing.name.id, prepared.version.key,
                             prepared.version.content_hash);
    if (!stored.ok()) return stored.status();
    if (stored->has_value()) {
      *result = **std::move(stored);
      const Tally tally =
          result->verdict == PlacementVerdict::kDuplicate ? Tally::kDuplicates : Tally::kConflicts;
      batch.Count(placing.tenant, Counted::kTallies, 0, static_cast<int64_t>(tally), 1);
      return absl::OkStatus();
    }
  }
  if (absl::Status status = WriteAll(batch, placing); !status.ok()) return status;
  batch.Count(placing.tenant, Counted::kRecords, 0, static_cast<int64_t>(placing.outcome.state), 1);
  batch.Count(placing.tenant, Counted::kTallies, 0, static_cast<int64_t>(Tally::kReceived), 1);
  *result = ResultOf(placing);
  return absl::OkStatus();
}

}  // namespace kgw::store
