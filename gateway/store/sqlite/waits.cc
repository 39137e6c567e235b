#include "gateway/store/sqlite/waits.h"

#include <string>
#include <utility>

#include "gateway/store/sqlite/awaited.h"
#include "gateway/store/sqlite/circles.h"

namespace kgw::store {
namespace {

// A record by the words of its key.
struct Wanted {
  int64_t source = 0;
  int64_t type = 0;
  const std::string* id = nullptr;
};

absl::StatusOr<Wanted> WantedOf(Writes& writes, int64_t tenant, const RecordName& name) {
  auto source = writes.Word(tenant, name.source);
  if (!source.ok()) return source.status();
  auto type = writes.Word(tenant, name.type);
  if (!type.ok()) return type.status();
  return Wanted{*source, *type, &name.id};
}

// Of a record that is perhaps not here yet.
absl::StatusOr<Arrival> ArrivalOf(Writes& writes, const Wanted& wanted, int64_t dest) {
  int64_t name = 0;
  {
    Query find(writes.database(), "SELECT id FROM name WHERE source = ? AND type = ? AND ext = ?");
    if (!find.With(wanted.source, wanted.type, *wanted.id).Step()) {
      if (!find.status().ok()) return find.status();
      return Arrival::kMayCome;
    }
    name = find.Int(0);
  }
  return ArrivalOf(writes.database(), name, dest);
}

absl::StatusOr<std::vector<int64_t>> Waiting(Writes& writes, int64_t name, int64_t dest) {
  std::vector<int64_t> waiting;
  Query find(writes.database(),
             "SELECT w.delivery FROM name n CROSS JOIN wait w ON w.dest = ?1 "
             "AND w.source = n.source AND w.type = n.type AND w.ext = n.ext WHERE n.id = ?2");
  find.With(dest, name);
  while (find.Step()) waiting.push_back(find.Int(0));
  if (!find.status().ok()) return find.status();
  return waiting;
}

absl::Status ForgetWaits(Writes& writes, int64_t delivery) {
  Query remove(writes.database(), "DELETE FROM wait WHERE delivery = ?");
  return remove.With(delivery).Done();
}

}  // namespace

absl::StatusOr<bool> StartWaiting(Writes& writes, const DeliverySpot& spot,
                                  const std::vector<RecordName>& names) {
  std::vector<Wanted> all;
  for (const RecordName& name : names) {
    auto wanted = WantedOf(writes, spot.tenant, name);
    if (!wanted.ok()) return wanted.status();
    auto arrival = ArrivalOf(writes, *wanted, spot.dest);
    if (!arrival.ok()) return arrival.status();
    if (*arrival != Arrival::kMayCome) return false;
    all.push_back(*wanted);
  }
  for (const Wanted& wanted : all) {
    Query add(writes.database(),
              "INSERT OR IGNORE INTO wait(dest, source, type, ext, delivery) "
              "VALUES(?, ?, ?, ?, ?)");
    add.With(spot.dest, wanted.source, wanted.type, *wanted.id, spot.id);
    if (absl::Status status = add.Done(); !status.ok()) return status;
  }
  return true;
}

absl::Status WakeWaiting(Writes& writes, int64_t name, int64_t dest) {
  auto waiting = Waiting(writes, name, dest);
  if (!waiting.ok()) return waiting.status();
  if (waiting->empty()) return absl::OkStatus();
  auto arrival = ArrivalOf(writes.database(), name, dest);
  if (!arrival.ok()) return arrival.status();
  if (*arrival == Arrival::kMayCome) return absl::OkStatus();
  for (const int64_t id : *waiting) {
    auto held = SpotById(writes, id);
    if (!held.ok()) return held.status();
    absl::Status status = held->state == DeliveryState::kHeld
                              ? ChangeDelivery(writes, *held, {DeliveryState::kPending, 0, {}})
                              : ForgetWaits(writes, id);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status BreakCircle(Writes& writes, const DeliverySpot& held) {
  auto circle = FindCircle(writes.database(), {held.id, held.name, held.dest});
  if (!circle.ok()) return circle.status();
  if (!circle->has_value()) return absl::OkStatus();
  auto first = SpotById(writes, (*circle)->first);
  if (!first.ok()) return first.status();
  absl::Status status = ChangeDelivery(writes, *first, {DeliveryState::kPending, 0, {}});
  if (!status.ok() || first->head) return status;
  return StepInFront(writes, *first, (*circle)->members);
}

}  // namespace kgw::store
