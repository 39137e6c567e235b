#include "gateway/store/sqlite/ledger.h"

#include <string>

#include "gateway/store/rules/counters.h"
#include "gateway/store/rules/versions.h"
#include "gateway/store/sqlite/reads.h"
#include "gateway/store/sqlite/rows.h"
#include "gateway/store/sqlite/schema.h"

namespace kgw::store {
namespace {

// Rows of records in the order of their commits.
absl::Status CountRecords(Database& database, int64_t tenant, Counts* counts) {
  Query rows(database,
             "SELECT name, state, flags FROM record WHERE id >= ? AND id < ? ORDER BY id");
  rows.With(tenant << kIdBits, (tenant + 1) << kIdBits);
  FeedOwed owed;
  while (rows.Step()) {
    counts->rows.Add(Counted::kRecords, 0, rows.Int(1), 1);
    owed.Add(rows.Int(0), static_cast<RecordState>(rows.Int(1)),
             (rows.Int(2) & kFlagBillable) != 0);
  }
  counts->feed_owed = owed.rows();
  return rows.status();
}

absl::Status CountDeliveries(Database& database, int64_t tenant, Counts* counts) {
  Query rows(database,
             "SELECT dest, state, count(*), total(head) FROM delivery WHERE id >= ? AND id < ? "
             "GROUP BY dest, state");
  rows.With(tenant << kIdBits, (tenant + 1) << kIdBits);
  while (rows.Step()) {
    counts->rows.Add(Counted::kDeliveries, rows.Int(0), rows.Int(1), rows.Int(2));
    counts->rows.Add(Counted::kCreated, rows.Int(0), 0, rows.Int(2));
    counts->heads += rows.Int(3);
  }
  return rows.status();
}

absl::Status CountLanes(Database& database, int64_t tenant, Counts* counts) {
  Query lanes(database,
              "SELECT count(*) FROM (SELECT DISTINCT dest, lane FROM delivery "
              "INDEXED BY delivery_lane WHERE dest >= ? AND dest < ? AND state < [delivered])");
  lanes.With(tenant << kIdBits, (tenant + 1) << kIdBits);
  if (lanes.Step()) counts->lanes = lanes.Int(0);
  return lanes.status();
}

absl::Status CountFeed(Database& database, int64_t tenant, Counts* counts) {
  Query rows(database,
             "SELECT voided, count(*) FROM feed WHERE id >= ? AND id < ? GROUP BY voided");
  rows.With(tenant << kIdBits, (tenant + 1) << kIdBits);
  while (rows.Step()) counts->rows.Add(Counted::kFeed, 0, rows.Int(0), rows.Int(1));
  return rows.status();
}

absl::Status ReadCounters(Database& database, int64_t tenant, Counts* counts) {
  Query rows(database, "SELECT kind, dest, state, n FROM counter WHERE tenant = ?");
  rows.With(tenant);
  while (rows.Step()) {
    counts->counters.Add(static_cast<Counted>(rows.Int(0)), rows.Int(1), rows.Int(2), rows.Int(3));
  }
  return rows.status();
}

absl::Status NameDestinations(Database& database, Counts* counts) {
  counts->rows.CollectDestinations(&counts->destinations);
  counts->counters.CollectDestinations(&counts->destinations);
  for (auto& [word, text] : counts->destinations) {
    Query find(database, "SELECT text FROM word WHERE id = ?");
    if (find.With(word).Step()) text = find.Text(0);
    if (!find.status().ok()) return find.status();
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Ledger> Recount(Database& database, std::string_view tenant) {
  auto id = FindTenant(database, tenant);
  Counts counts;
  absl::Status status = absl::IsNotFound(id.status()) ? absl::OkStatus() : id.status();
  if (id.ok()) {
    status = CountRecords(database, *id, &counts);
    if (status.ok()) status = CountDeliveries(database, *id, &counts);
    if (status.ok()) status = CountLanes(database, *id, &counts);
    if (status.ok()) status = CountFeed(database, *id, &counts);
    if (status.ok()) status = ReadCounters(database, *id, &counts);
    if (status.ok()) status = NameDestinations(database, &counts);
  }
  if (!status.ok()) return status;
  return CompareLedger(counts);
}

}  // namespace kgw::store
