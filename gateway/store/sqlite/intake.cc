#include "gateway/store/sqlite/intake.h"

#include <algorithm>
#include <charconv>

#include "gateway/base/ids.h"
#include "gateway/base/sha256.h"
#include "gateway/base/strings.h"
#include "gateway/store/sqlite/body.h"
#include "gateway/store/sqlite/delivery_rows.h"
#include "gateway/store/sqlite/pack.h"
#include "gateway/store/sqlite/rows.h"
#include "gateway/store/sqlite/schema.h"
#include "gateway/store/sqlite/waits.h"

namespace kgw::store {
namespace {

// A row of `name`, as it was before this intake.
struct NameRow {
  int64_t id = 0;
  int64_t prefix = 0;
  int64_t newest = 0;
  int64_t mapped = 0;
  bool charged = false;
  bool fresh = true;  // made by this intake
};

// What ApplyIntake knows while it writes.
struct Placing {
  explicit Placing(const PreparedIntake& intake) : prepared(intake) {}

  const PreparedIntake& prepared;
  int64_t tenant = 0;
  int64_t source = 0;
  int64_t type = 0;
  NameRow name;
  RecordState state = RecordState::kMapped;
  int64_t record = 0;
  uint32_t deliveries = 0;
};

std::string_view ViewOf(const Sha256& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

absl::Status ResolveName(Writes& writes, Placing& placing) {
  const RecordName& name = placing.prepared.intake.key.name;
  auto tenant = writes.Tenant(name.tenant);
  if (!tenant.ok()) return tenant.status();
  auto source = writes.Word(*tenant, name.source);
  if (!source.ok()) return source.status();
  auto type = writes.Word(*tenant, name.type);
  if (!type.ok()) return type.status();
  placing.tenant = *tenant;
  placing.source = *source;
  placing.type = *type;
  Query find(writes.database(),
             "SELECT id, prefix, newest, mapped, charged FROM name "
             "WHERE source = ? AND type = ? AND ext = ?");
  if (find.With(*source, *type, name.id).Step()) {
    placing.name = {find.Int(0), find.Int(1),      find.Int(2),
                    find.Int(3), find.Int(4) != 0, /*fresh=*/false};
  }
  return find.status();
}

absl::Status WriteRecord(Writes& writes, Placing& placing) {
  const Intake& intake = placing.prepared.intake;
  auto mapper = writes.Word(placing.tenant, intake.mapper);
  if (!mapper.ok()) return mapper.status();
  auto config = writes.Word(placing.tenant, intake.config_hash);
  if (!config.ok()) return config.status();
  auto id = writes.NextId(placing.tenant, Sequence::kRecord);
  if (!id.ok()) return id.status();
  placing.record = *id;
  const bool rejected = placing.state == RecordState::kRejected;
  const std::string refs = PackNames(intake.references);
  const std::string none;
  const int64_t flags =
      (intake.test_data ? kFlagTestData : 0) | (intake.billable ? kFlagBillable : 0);
  Query add(writes.database(),
            "INSERT INTO record(id, name, version, state, flags, hash, received, resources, "
            "deliveries, patient, mapper, config, refs, notes, body, made) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  return add
      .With(*id, placing.name.id, intake.key.version, static_cast<int64_t>(placing.state), flags,
            AsBlob{ViewOf(intake.content_hash)}, MicrosOf(intake.received_at),
            static_cast<int64_t>(rejected ? 0 : placing.prepared.resources),
            static_cast<int64_t>(placing.deliveries), intake.patient, *mapper, *config,
            AsBlob{refs}, AsBlob{placing.prepared.notes},
            AsBlob{rejected ? none : placing.prepared.body},
            AsBlob{rejected ? none : placing.prepared.made})
      .Done();
}

absl::Status WriteFeed(Writes& writes, Placing& placing) {
  if (placing.state != RecordState::kMapped) return absl::OkStatus();
  const bool billable = placing.prepared.intake.billable;
  if (!billable && !placing.name.charged) return absl::OkStatus();
  auto id = writes.NextId(placing.tenant, Sequence::kFeed);
  if (!id.ok()) return id.status();
  placing.name.charged = billable;
  const int64_t voided = billable ? 0 : 1;
  writes.Count(placing.tenant, Counted::kFeed, 0, voided, 1);
  Query add(writes.database(), "INSERT INTO feed(id, record, voided, at) VALUES(?, ?, ?, ?)");
  return add.With(*id, placing.record, voided, MicrosOf(writes.now())).Done();
}

absl::Status WriteName(Writes& writes, const Placing& placing) {
  const NameRow& name = placing.name;
  const int64_t charged = name.charged ? 1 : 0;
  if (!name.fresh) {
    Query change(writes.database(),
                 "UPDATE name SET prefix = ?, newest = ?, mapped = ?, charged = ? WHERE id = ?");
    return change.With(name.prefix, name.newest, name.mapped, charged, name.id).Done();
  }
  Query add(writes.database(),
            "INSERT INTO name(id, source, type, ext, prefix, newest, mapped, charged) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
  return add
      .With(name.id, placing.source, placing.type, placing.prepared.intake.key.name.id, name.prefix,
            name.newest, name.mapped, charged)
      .Done();
}

// The ids of a record that moved to another patient have another prefix; both lead to it.
absl::Status WriteOwner(Writes& writes, Placing& placing) {
  const int64_t prefix = placing.prepared.prefix;
  if (prefix == 0 || prefix == placing.name.prefix || placing.state == RecordState::kRejected) {
    return absl::OkStatus();
  }
  placing.name.prefix = prefix;
  Query add(writes.database(), "INSERT OR IGNORE INTO owner(tenant, prefix, name) VALUES(?, ?, ?)");
  return add.With(placing.tenant, prefix, placing.name.id).Done();
}

absl::Status WriteDeliveries(Writes& writes, Placing& placing) {
  if (placing.state != RecordState::kMapped) return absl::OkStatus();
  const int64_t version = placing.prepared.intake.key.version;
  if (placing.name.mapped > 0) {
    absl::Status status = CancelReplaced(writes, placing.name.id, placing.name.mapped);
    if (!status.ok()) return status;
  }
  placing.name.mapped = version;
  const RecordSpot spot{placing.tenant, placing.name.id, placing.record, version};
  for (const NewDelivery& delivery : placing.prepared.intake.deliveries) {
    if (absl::Status status = AddDelivery(writes, spot, delivery); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// What is withheld at once will never come to those who wait for it.
absl::Status TellWaiting(Writes& writes, const Placing& placing) {
  for (const NewDelivery& delivery : placing.prepared.intake.deliveries) {
    if (delivery.state != DeliveryState::kWithheld) continue;
    auto dest = writes.Word(placing.tenant, delivery.destination);
    if (!dest.ok()) return dest.status();
    absl::Status status = WakeWaiting(writes, placing.name.id, *dest);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status WriteAll(Writes& writes, Placing& placing) {
  if (placing.name.fresh) {
    auto id = writes.NextId(placing.tenant, Sequence::kName);
    if (!id.ok()) return id.status();
    placing.name.id = *id;
  }
  const int64_t version = placing.prepared.intake.key.version;
  if (placing.state != RecordState::kRejected) {
    if (version < placing.name.newest) placing.state = RecordState::kSuperseded;
    placing.name.newest = std::max(placing.name.newest, version);
  }
  if (placing.state == RecordState::kMapped) {
    placing.deliveries = static_cast<uint32_t>(placing.prepared.intake.deliveries.size());
  }
  absl::Status status = WriteRecord(writes, placing);
  if (status.ok()) status = WriteOwner(writes, placing);
  if (status.ok()) status = WriteDeliveries(writes, placing);
  if (status.ok()) status = WriteFeed(writes, placing);
  if (status.ok()) status = WriteName(writes, placing);
  if (status.ok() && placing.deliveries > 0) status = LetAwaitedPass(writes, placing.name.id);
  if (status.ok() && placing.deliveries > 0) status = TellWaiting(writes, placing);
  return status;
}

IntakeResult ResultOf(const Placing& placing) {
  IntakeResult result;
  result.state = placing.state;
  result.receipt = placing.prepared.receipt;
  result.resources = placing.state == RecordState::kRejected ? 0 : placing.prepared.resources;
  result.deliveries = placing.deliveries;
  result.issues_json = placing.prepared.issues_json;
  result.signals_json = placing.prepared.signals_json;
  return result;
}

}  // namespace

std::string ReceiptOf(const RecordKey& key, const Sha256& content_hash) {
  Sha256Hasher hasher;
  hasher.UpdateField(key.name.tenant).UpdateField(key.name.source).UpdateField(key.name.type);
  hasher.UpdateField(key.name.id).UpdateField(StrCat(key.version)).Update(ViewOf(content_hash));
  return HexOf(hasher.Finish()).substr(0, 32);
}

int64_t OwnerPrefixOf(std::string_view id) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-8xxx-";
  if (id.size() != 36) return 0;
  std::string digits;
  for (size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == 'x') {
      digits.push_back(id[i]);
    } else if (id[i] != kShape[i]) {
      return 0;
    }
  }
  int64_t prefix = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), prefix, 16);
  return end.ptr == digits.data() + digits.size() ? prefix : 0;
}

PreparedIntake Prepare(Intake intake) {
  PreparedIntake prepared;
  prepared.receipt = ReceiptOf(intake.key, intake.content_hash);
  prepared.resources = static_cast<uint32_t>(intake.resources.size());
  if (!intake.resources.empty()) prepared.prefix = OwnerPrefixOf(intake.resources[0].id);
  if (intake.state != RecordState::kRejected) {
    prepared.body = EncodeBody(intake.bytes);
    prepared.made = EncodeBody(PackResources(intake.resources));
  }
  std::string notes;
  PackText(intake.issues_json, &notes);
  PackText(intake.signals_json, &notes);
  prepared.notes = EncodeBody(notes);
  prepared.issues_json = std::move(intake.issues_json);
  prepared.signals_json = std::move(intake.signals_json);
  intake.bytes = {};
  intake.resources = {};
  prepared.intake = std::move(intake);
  return prepared;
}

absl::StatusOr<std::optional<IntakeResult>> FindStored(Database& database, int64_t name,
                                                       const RecordKey& key,
                                                       const Sha256& content_hash) {
  Query find(database,
             "SELECT state, hash, resources, deliveries, notes FROM record "
             "WHERE name = ? AND version = ? AND state <> 0");
  if (!find.With(name, key.version).Step()) {
    if (!find.status().ok()) return find.status();
    return std::optional<IntakeResult>();
  }
  Sha256 stored{};
  const std::string_view hash = find.Blob(1);
  if (hash.size() == stored.size()) std::copy(hash.begin(), hash.end(), stored.begin());
  IntakeResult result;
  result.verdict = stored == content_hash ? IntakeVerdict::kDuplicate : IntakeVerdict::kConflict;
  result.state = static_cast<RecordState>(find.Int(0));
  result.receipt = ReceiptOf(key, stored);
  result.resources = static_cast<uint32_t>(find.Int(2));
  result.deliveries = static_cast<uint32_t>(find.Int(3));
  // Damage to them takes nothing from the promise of the receipt.
  auto notes = DecodeBody(find.Blob(4));
  if (!notes.ok()) {
    result.issues_json = kDamagedIssues;
    return std::optional<IntakeResult>(std::move(result));
  }
  Unpacker unpacker(*notes);
  result.issues_json = unpacker.Text();
  result.signals_json = unpacker.Text();
  return std::optional<IntakeResult>(std::move(result));
}

absl::Status ApplyIntake(Writes& writes, const PreparedIntake& prepared, IntakeResult* result) {
  Placing placing(prepared);
  placing.state = prepared.intake.state;
  if (absl::Status status = ResolveName(writes, placing); !status.ok()) return status;
  if (!placing.name.fresh) {
    auto stored = FindStored(writes.database(), placing.name.id, prepared.intake.key,
                             prepared.intake.content_hash);
    if (!stored.ok()) return stored.status();
    if (stored->has_value()) {
      *result = **std::move(stored);
      const Tally tally =
          result->verdict == IntakeVerdict::kDuplicate ? Tally::kDuplicates : Tally::kConflicts;
      writes.Count(placing.tenant, Counted::kTallies, 0, static_cast<int64_t>(tally), 1);
      return absl::OkStatus();
    }
  }
  if (absl::Status status = WriteAll(writes, placing); !status.ok()) return status;
  writes.Count(placing.tenant, Counted::kRecords, 0, static_cast<int64_t>(placing.state), 1);
  writes.Count(placing.tenant, Counted::kTallies, 0, static_cast<int64_t>(Tally::kReceived), 1);
  *result = ResultOf(placing);
  return absl::OkStatus();
}

}  // namespace kgw::store
