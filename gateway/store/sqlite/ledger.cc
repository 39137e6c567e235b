#include "gateway/store/sqlite/ledger.h"

#include <array>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "gateway/base/strings.h"
#include "gateway/store/sqlite/reads.h"
#include "gateway/store/sqlite/rows.h"
#include "gateway/store/sqlite/schema.h"
#include "gateway/store/sqlite/writes.h"

namespace kgw::store {
namespace {

constexpr std::array kRecordStates = {RecordState::kRejected, RecordState::kParked,
                                      RecordState::kMapped, RecordState::kSuperseded,
                                      RecordState::kRetracted};
constexpr std::array kDeliveryStates = {DeliveryState::kPending,     DeliveryState::kInFlight,
                                        DeliveryState::kHeld,        DeliveryState::kDelivered,
                                        DeliveryState::kDead,        DeliveryState::kWithheld,
                                        DeliveryState::kUnsupported, DeliveryState::kCancelled};

using CounterKey = std::tuple<Counted, int64_t, int64_t>;  // kind, destination, state

// The rows' own sums, and the counters beside them.
struct Counts {
  std::map<CounterKey, int64_t> rows;
  std::map<CounterKey, int64_t> counters;
  std::map<int64_t, std::string> destinations;
  int64_t billable_changes = 0;
  int64_t lanes = 0;
  int64_t heads = 0;

  int64_t Row(Counted kind, int64_t destination, int64_t state) const {
    const auto found = rows.find({kind, destination, state});
    return found == rows.end() ? 0 : found->second;
  }
  int64_t Counter(Counted kind, int64_t destination, int64_t state) const {
    const auto found = counters.find({kind, destination, state});
    return found == counters.end() ? 0 : found->second;
  }
};

// Rows of records in the order of their commits: their states, and what the feed owes to each.
absl::Status CountRecords(Database& database, int64_t tenant, Counts* counts) {
  Query rows(database,
             "SELECT name, state, flags FROM record WHERE id >= ? AND id < ? ORDER BY id");
  rows.With(tenant << kIdBits, (tenant + 1) << kIdBits);
  std::map<int64_t, bool> charged;
  while (rows.Step()) {
    const auto state = static_cast<RecordState>(rows.Int(1));
    ++counts->rows[{Counted::kRecords, 0, rows.Int(1)}];
    if (state != RecordState::kMapped) continue;
    const bool billable = (rows.Int(2) & kFlagBillable) != 0;
    // Only records that were ever billable are kept in memory.
    auto found = charged.find(rows.Int(0));
    if (billable) {
      ++counts->billable_changes;
      charged[rows.Int(0)] = true;
    } else if (found != charged.end() && found->second) {
      ++counts->billable_changes;
      found->second = false;
    }
  }
  return rows.status();
}

absl::Status CountDeliveries(Database& database, int64_t tenant, Counts* counts) {
  Query rows(database,
             "SELECT dest, state, count(*), total(head) FROM delivery WHERE id >= ? AND id < ? "
             "GROUP BY dest, state");
  rows.With(tenant << kIdBits, (tenant + 1) << kIdBits);
  while (rows.Step()) {
    counts->rows[{Counted::kDeliveries, rows.Int(0), rows.Int(1)}] = rows.Int(2);
    counts->rows[{Counted::kCreated, rows.Int(0), 0}] += rows.Int(2);
    counts->heads += rows.Int(3);
  }
  return rows.status();
}

absl::Status CountLanes(Database& database, int64_t tenant, Counts* counts) {
  Query lanes(database,
              "SELECT count(*) FROM (SELECT DISTINCT dest, lane FROM delivery "
              "INDEXED BY delivery_lane WHERE dest >= ? AND dest < ? AND state < 3)");
  lanes.With(tenant << kIdBits, (tenant + 1) << kIdBits);
  if (lanes.Step()) counts->lanes = lanes.Int(0);
  return lanes.status();
}

absl::Status CountFeed(Database& database, int64_t tenant, Counts* counts) {
  Query rows(database,
             "SELECT voided, count(*) FROM feed WHERE id >= ? AND id < ? GROUP BY voided");
  rows.With(tenant << kIdBits, (tenant + 1) << kIdBits);
  while (rows.Step()) counts->rows[{Counted::kFeed, 0, rows.Int(0)}] = rows.Int(1);
  return rows.status();
}

absl::Status ReadCounters(Database& database, int64_t tenant, Counts* counts) {
  Query rows(database, "SELECT kind, dest, state, n FROM counter WHERE tenant = ?");
  rows.With(tenant);
  while (rows.Step()) {
    counts->counters[{static_cast<Counted>(rows.Int(0)), rows.Int(1), rows.Int(2)}] = rows.Int(3);
  }
  return rows.status();
}

absl::Status NameDestinations(Database& database, Counts* counts) {
  for (const auto* sums : {&counts->rows, &counts->counters}) {
    for (const auto& [key, sum] : *sums) {
      if (std::get<1>(key) != 0) counts->destinations[std::get<1>(key)];
    }
  }
  for (auto& [word, text] : counts->destinations) {
    Query find(database, "SELECT text FROM word WHERE id = ?");
    if (find.With(word).Step()) text = find.Text(0);
    if (!find.status().ok()) return find.status();
  }
  return absl::OkStatus();
}

void Expect(int64_t counted, int64_t found, std::string_view what, Ledger* ledger) {
  if (counted == found) return;
  ledger->agrees = false;
  ledger->disagreements.push_back(
      StrCat("The counter of ", what, " says ", counted, ", the rows say ", found, "."));
}

void CompareRecords(const Counts& counts, Ledger* ledger) {
  int64_t received = 0;
  for (const RecordState state : kRecordStates) {
    const auto number = static_cast<int64_t>(state);
    const int64_t rows = counts.Row(Counted::kRecords, 0, number);
    received += rows;
    ledger->records[NameOf(state)] = rows;
    Expect(counts.Counter(Counted::kRecords, 0, number), rows, StrCat(NameOf(state), " records"),
           ledger);
  }
  const auto tally = [&](Tally which) {
    return counts.Counter(Counted::kTallies, 0, static_cast<int64_t>(which));
  };
  ledger->records["received"] = received;
  ledger->records["duplicates"] = tally(Tally::kDuplicates);
  ledger->records["conflicts"] = tally(Tally::kConflicts);
  Expect(tally(Tally::kReceived), received, "received records", ledger);
}

void CompareDeliveries(const Counts& counts, Ledger* ledger) {
  for (const DeliveryState state : kDeliveryStates) ledger->deliveries[NameOf(state)] = 0;
  ledger->deliveries["created"] = 0;
  for (const auto& [word, destination] : counts.destinations) {
    auto& by_state = ledger->by_destination[destination];
    for (const DeliveryState state : kDeliveryStates) {
      const auto number = static_cast<int64_t>(state);
      const int64_t rows = counts.Row(Counted::kDeliveries, word, number);
      by_state[NameOf(state)] = rows;
      ledger->deliveries[NameOf(state)] += rows;
      Expect(counts.Counter(Counted::kDeliveries, word, number), rows,
             StrCat(NameOf(state), " deliveries to ", destination), ledger);
    }
    const int64_t created = counts.Row(Counted::kCreated, word, 0);
    by_state["created"] = created;
    ledger->deliveries["created"] += created;
    Expect(counts.Counter(Counted::kCreated, word, 0), created,
           StrCat("deliveries made for ", destination), ledger);
  }
}

void CompareFeed(const Counts& counts, Ledger* ledger) {
  const int64_t charges = counts.Row(Counted::kFeed, 0, 0);
  const int64_t voids = counts.Row(Counted::kFeed, 0, 1);
  ledger->feed = {{"rows", charges + voids}, {"charges", charges}, {"voids", voids}};
  Expect(counts.Counter(Counted::kFeed, 0, 0), charges, "charges in the feed", ledger);
  Expect(counts.Counter(Counted::kFeed, 0, 1), voids, "voids in the feed", ledger);
  if (counts.billable_changes != charges + voids) {
    ledger->agrees = false;
    ledger->disagreements.push_back(StrCat("The records hold ", counts.billable_changes,
                                           " billable changes, the feed has ", charges + voids,
                                           " rows."));
  }
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
  Ledger ledger;
  CompareRecords(counts, &ledger);
  CompareDeliveries(counts, &ledger);
  CompareFeed(counts, &ledger);
  if (counts.lanes != counts.heads) {
    ledger.agrees = false;
    ledger.disagreements.push_back(StrCat(counts.lanes, " lanes wait for a delivery, but ",
                                          counts.heads, " have a first one."));
  }
  return ledger;
}

}  // namespace kgw::store
