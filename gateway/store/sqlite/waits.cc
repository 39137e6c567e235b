#include "gateway/store/sqlite/waits.h"

#include <string>
#include <utility>

#include "gateway/store/rules/ends.h"
#include "gateway/store/sqlite/arrivals.h"
#include "gateway/store/sqlite/wait_graph.h"

namespace kgw::store {
namespace {

// A record by the words of its key.
struct Wanted {
  int64_t source = 0;
  int64_t type = 0;
  const std::string* id = nullptr;
};

absl::StatusOr<Wanted> WantedOf(Batch& batch, int64_t tenant, const RecordName& name) {
  auto source = batch.Word(tenant, name.source);
  if (!source.ok()) return source.status();
  auto type = batch.Word(tenant, name.type);
  if (!type.ok()) return type.status();
  return Wanted{*source, *type, &name.id};
}

// Of a record that is perhaps not here yet.
absl::StatusOr<Arrival> ArrivalOf(Batch& batch, const Wanted& wanted, int64_t dest) {
  int64_t name = 0;
  {
    Query find(batch.database(), "SELECT id FROM name WHERE source = ? AND type = ? AND ext = ?");
    if (!find.With(wanted.source, wanted.type, *wanted.id).Step()) {
      if (!find.status().ok()) return find.status();
      return Arrival::kMayCome;
    }
    name = find.Int(0);
  }
  return ArrivalOf(batch.database(), name, dest);
}

absl::StatusOr<std::vector<int64_t>> Waiting(Batch& batch, int64_t name, int64_t dest) {
  std::vector<int64_t> waiting;
  Query find(batch.database(),
             "SELECT w.delivery FROM name n CROSS JOIN wait w ON w.dest = ?1 "
             "AND w.source = n.source AND w.type = n.type AND w.ext = n.ext WHERE n.id = ?2");
  find.With(dest, name);
  while (find.Step()) waiting.push_back(find.Int(0));
  if (!find.status().ok()) return find.status();
  return waiting;
}

absl::Status ForgetWaits(Batch& batch, int64_t delivery) {
  Query remove(batch.database(), "DELETE FROM wait WHERE delivery = ?");
  return remove.With(delivery).Done();
}

}  // namespace

absl::StatusOr<bool> StartWaiting(Batch& batch, const StoredDelivery& stored,
                                  const std::vector<RecordName>& names) {
  std::vector<Wanted> all;
  for (const RecordName& name : names) {
    auto wanted = WantedOf(batch, stored.tenant, name);
    if (!wanted.ok()) return wanted.status();
    auto arrival = ArrivalOf(batch, *wanted, stored.dest);
    if (!arrival.ok()) return arrival.status();
    if (*arrival != Arrival::kMayCome) return false;
    all.push_back(*wanted);
  }
  for (const Wanted& wanted : all) {
    Query add(batch.database(),
              "INSERT OR IGNORE INTO wait(dest, source, type, ext, delivery) "
              "VALUES(?, ?, ?, ?, ?)");
    add.With(stored.dest, wanted.source, wanted.type, *wanted.id, stored.id);
    if (absl::Status status = add.Done(); !status.ok()) return status;
  }
  return true;
}

absl::Status WakeWaiting(Batch& batch, int64_t name, int64_t dest) {
  auto waiting = Waiting(batch, name, dest);
  if (!waiting.ok()) return waiting.status();
  if (waiting->empty()) return absl::OkStatus();
  auto arrival = ArrivalOf(batch.database(), name, dest);
  if (!arrival.ok()) return arrival.status();
  if (*arrival == Arrival::kMayCome) return absl::OkStatus();
  for (const int64_t id : *waiting) {
    auto held = DeliveryById(batch, id);
    if (!held.ok()) return held.status();
    absl::Status status = held->state == DeliveryState::kHeld
                              ? ChangeDelivery(batch, *held, LetGo())
                              : ForgetWaits(batch, id);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status BreakCircle(Batch& batch, const StoredDelivery& held) {
  RowGraph graph(batch.database(), held.dest);
  auto circle = FindCircle(graph, {held.id, held.name});
  if (!circle.ok()) return circle.status();
  if (!circle->has_value()) return absl::OkStatus();
  auto first = DeliveryById(batch, (*circle)->first);
  if (!first.ok()) return first.status();
  absl::Status status = ChangeDelivery(batch, *first, LetGo());
  if (!status.ok() || first->head) return status;
  return StepInFront(batch, *first, (*circle)->members);
}

}  // namespace kgw::store
