#include "gateway/store/sqlite/schema.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "gateway/store/states.h"

namespace kgw::store {
namespace {

// The steps name the states by number, as files have them: an enum that moves would break them.
static_assert(RecordState::kRejected == RecordState{0} && RecordState::kMapped == RecordState{2});
static_assert(DeliveryState::kHeld == DeliveryState{2} &&
              DeliveryState::kDelivered == DeliveryState{3} &&
              DeliveryState::kDead == DeliveryState{4} &&
              DeliveryState::kUnsupported == DeliveryState{6});

// Partial indexes keep the cost of what is rare off what is common: an ended delivery is in one
// index only. The states are the numbers of store.h's enums.
constexpr const char* kStep1 = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE tenant(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
-- Words that repeat: sources, types, destinations, mappers, hashes of configurations.
CREATE TABLE word(
  id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL, text TEXT NOT NULL, UNIQUE(tenant, text));
-- A record in all its versions. newest: highest version not rejected; mapped: highest that made
-- deliveries; charged: whether its last row in the feed is a charge.
CREATE TABLE name(
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL, type INTEGER NOT NULL, ext TEXT NOT NULL,
  prefix INTEGER NOT NULL, newest INTEGER NOT NULL, mapped INTEGER NOT NULL,
  charged INTEGER NOT NULL);
CREATE UNIQUE INDEX name_key ON name(source, type, ext);
-- The 60 bits that the ids of one record's resources share.
CREATE TABLE owner(
  tenant INTEGER NOT NULL, prefix INTEGER NOT NULL, name INTEGER NOT NULL,
  PRIMARY KEY(tenant, prefix, name)) WITHOUT ROWID;
CREATE TABLE record(
  id INTEGER PRIMARY KEY, name INTEGER NOT NULL, version INTEGER NOT NULL,
  state INTEGER NOT NULL, flags INTEGER NOT NULL, hash BLOB NOT NULL, received INTEGER NOT NULL,
  resources INTEGER NOT NULL, deliveries INTEGER NOT NULL, patient TEXT NOT NULL,
  mapper INTEGER NOT NULL, config INTEGER NOT NULL, refs BLOB NOT NULL, notes BLOB NOT NULL,
  body BLOB NOT NULL, made BLOB NOT NULL);
CREATE UNIQUE INDEX record_version ON record(name, version) WHERE state <> 0;
CREATE INDEX record_rejected ON record(name, version) WHERE state = 0;
CREATE INDEX record_patient ON record(name >> 40, patient) WHERE patient <> '';
CREATE INDEX record_attention ON record(name >> 40, state) WHERE state <> 2;
-- head: the oldest of its lane that has not ended, or what that one waits for in the lane. What is
-- in flight is always a head.
CREATE TABLE delivery(
  id INTEGER PRIMARY KEY, name INTEGER NOT NULL, record INTEGER NOT NULL,
  version INTEGER NOT NULL, dest INTEGER NOT NULL, lane TEXT NOT NULL, state INTEGER NOT NULL,
  head INTEGER NOT NULL, attempts INTEGER NOT NULL, created INTEGER NOT NULL,
  due INTEGER NOT NULL, error BLOB NOT NULL, entries BLOB NOT NULL);
CREATE UNIQUE INDEX delivery_key ON delivery(name, version, dest);
CREATE INDEX delivery_lane ON delivery(dest, lane) WHERE state < 3;
CREATE INDEX delivery_ready ON delivery(dest, state, due) WHERE state < 2 AND head = 1;
CREATE INDEX delivery_open ON delivery(dest) WHERE state < 3;
-- What lies at a destination: our "Type/id" -> the id there. placed: some version was delivered.
CREATE TABLE remote(
  name INTEGER NOT NULL, dest INTEGER NOT NULL, placed INTEGER NOT NULL, entries BLOB NOT NULL,
  PRIMARY KEY(name, dest)) WITHOUT ROWID;
-- Held deliveries and the records, perhaps not here yet, that they wait for.
CREATE TABLE wait(
  dest INTEGER NOT NULL, source INTEGER NOT NULL, type INTEGER NOT NULL, ext TEXT NOT NULL,
  delivery INTEGER NOT NULL, PRIMARY KEY(dest, source, type, ext, delivery)) WITHOUT ROWID;
CREATE INDEX wait_delivery ON wait(delivery);
CREATE TABLE feed(
  id INTEGER PRIMARY KEY, record INTEGER NOT NULL, voided INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE TABLE counter(
  tenant INTEGER NOT NULL, kind INTEGER NOT NULL, dest INTEGER NOT NULL, state INTEGER NOT NULL,
  n INTEGER NOT NULL, PRIMARY KEY(tenant, kind, dest, state)) WITHOUT ROWID;
)sql";

// Values of plug-ins, and an index for what waits for a person.
constexpr const char* kStep2 = R"sql(
CREATE TABLE plugin_state(
  tenant TEXT NOT NULL, plugin TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
  PRIMARY KEY(tenant, plugin, key)) WITHOUT ROWID;
CREATE INDEX delivery_attention ON delivery(dest >> 40, state) WHERE state IN (2, 4, 6);
)sql";

// Claims: whose a delivery in flight is (a word), and the number of its newest claim. Until when
// lies in `due`, so that delivery_ready finds what has run out.
constexpr const char* kStep3 = R"sql(
ALTER TABLE delivery ADD COLUMN owner INTEGER NOT NULL DEFAULT 0;
ALTER TABLE delivery ADD COLUMN token INTEGER NOT NULL DEFAULT 0;
)sql";

constexpr std::array<const char*, kSchemaVersion> kSteps = {kStep1, kStep2, kStep3};

// Whether a file may be taken, by its marks.
absl::Status CheckMarks(Database& database, int64_t version) {
  auto application = database.Number("PRAGMA application_id");
  if (!application.ok()) return application.status();
  auto tables = database.Number("SELECT count(*) FROM sqlite_schema");
  if (!tables.ok()) return tables.status();
  const bool empty = *application == 0 && version == 0 && *tables == 0;
  if (!empty && *application != kApplicationId) {
    return absl::FailedPreconditionError(
        "this SQLite file belongs to another program: give store.path a file of its own");
  }
  if (version > kSchemaVersion) {
    return absl::FailedPreconditionError(absl::StrCat(
        "this store was written by a newer gateway (schema ", version, ", this one knows ",
        kSchemaVersion, "): start the newer gateway, or restore the copy made before the upgrade"));
  }
  return absl::OkStatus();
}

absl::Status RunSteps(Database& database, int64_t version) {
  for (int64_t step = version; step < kSchemaVersion; ++step) {
    if (absl::Status status = database.Run(kSteps[step]); !status.ok()) return status;
  }
  return database.Run(absl::StrCat("PRAGMA application_id = ", kApplicationId,
                                   "; PRAGMA user_version = ", kSchemaVersion)
                          .c_str());
}

}  // namespace

absl::Status CheckVersion(Database& database) {
  auto version = database.Number("PRAGMA user_version");
  if (!version.ok()) return version.status();
  return CheckMarks(database, *version);
}

absl::Status Migrate(Database& database) {
  auto version = database.Number("PRAGMA user_version");
  if (!version.ok()) return version.status();
  if (*version == kSchemaVersion) return absl::OkStatus();
  if (absl::Status status = database.Run("BEGIN IMMEDIATE"); !status.ok()) return status;
  absl::Status status = RunSteps(database, *version);
  if (status.ok()) status = database.Run("COMMIT");
  if (!status.ok()) database.Run("ROLLBACK").IgnoreError();
  return status;
}

}  // namespace kgw::store
