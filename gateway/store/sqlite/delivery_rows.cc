#include "gateway/store/sqlite/delivery_rows.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "gateway/base/strings.h"
#include "gateway/store/sqlite/pack.h"
#include "gateway/store/sqlite/schema.h"

namespace kgw::store {
namespace {

constexpr size_t kLongestChain = 16;
constexpr std::string_view kSpotColumns =
    "SELECT d.id, d.name, d.record, d.version, d.dest, d.lane, d.state, d.head, d.entries ";

bool IsOpen(DeliveryState state) { return state < DeliveryState::kDelivered; }

void CountMove(Writes& writes, const DeliverySpot& spot, DeliveryState to) {
  const auto from = static_cast<int64_t>(spot.state);
  writes.Count(spot.tenant, Counted::kDeliveries, spot.dest, from, -1);
  writes.Count(spot.tenant, Counted::kDeliveries, spot.dest, static_cast<int64_t>(to), 1);
}

absl::Status SetHead(Writes& writes, int64_t id, bool head) {
  Query set(writes.database(), "UPDATE delivery SET head = ? WHERE id = ?");
  return set.With(static_cast<int64_t>(head ? 1 : 0), id).Done();
}

// What a delivery waits for in its own lane, by way of what that waits for: one that is not held
// itself where there is one, else the last that was found; the delivery itself when there is none.
// Longer chains than kLongestChain are not followed to their end.
absl::StatusOr<int64_t> AwaitedInLane(Writes& writes, int64_t delivery) {
  std::vector<int64_t> seen = {delivery};
  for (size_t next = 0; next < seen.size() && seen.size() < kLongestChain; ++next) {
    Query find(writes.database(),
               "SELECT d.id, d.state FROM delivery h CROSS JOIN wait w ON w.delivery = h.id "
               "CROSS JOIN name n ON n.source = w.source AND n.type = w.type AND n.ext = w.ext "
               "CROSS JOIN delivery d ON d.name = n.id AND d.dest = h.dest AND d.lane = h.lane "
               "WHERE h.id = ? AND d.state < 3 ORDER BY d.id");
    find.With(seen[next]);
    while (find.Step()) {
      const int64_t id = find.Int(0);
      if (static_cast<DeliveryState>(find.Int(1)) != DeliveryState::kHeld) return id;
      if (std::find(seen.begin(), seen.end(), id) == seen.end()) seen.push_back(id);
    }
    if (!find.status().ok()) return find.status();
  }
  return seen.back();
}

// Makes the oldest delivery of a lane its head, or what that one waits for.
absl::Status Promote(Writes& writes, int64_t dest, std::string_view lane) {
  int64_t next = 0;
  {
    Query find(writes.database(),
               "SELECT id FROM delivery WHERE dest = ? AND lane = ? AND state < 3 "
               "ORDER BY id LIMIT 1");
    if (!find.With(dest, lane).Step()) return find.status();
    next = find.Int(0);
  }
  auto awaited = AwaitedInLane(writes, next);
  if (!awaited.ok()) return awaited.status();
  writes.due = true;
  return SetHead(writes, *awaited, true);
}

// Whether a delivery that opens again becomes its lane's head; steps in front of a younger one that
// is not under way.
absl::StatusOr<bool> Reenter(Writes& writes, const DeliverySpot& spot) {
  int64_t head = 0;
  DeliveryState state = DeliveryState::kPending;
  {
    Query find(writes.database(),
               "SELECT id, state FROM delivery WHERE dest = ? AND lane = ? AND state < 3 "
               "AND head = 1 ORDER BY id LIMIT 1");
    if (!find.With(spot.dest, spot.lane).Step()) {
      if (!find.status().ok()) return find.status();
      return true;
    }
    head = find.Int(0);
    state = static_cast<DeliveryState>(find.Int(1));
  }
  if (state == DeliveryState::kInFlight || head < spot.id) return false;
  if (absl::Status status = SetHead(writes, head, false); !status.ok()) return status;
  return true;
}

DeliverySpot SpotOf(const Query& row) {
  DeliverySpot spot;
  spot.id = row.Int(0);
  spot.tenant = spot.id >> kIdBits;
  spot.name = row.Int(1);
  spot.record = row.Int(2);
  spot.version = row.Int(3);
  spot.dest = row.Int(4);
  spot.lane = row.Text(5);
  spot.state = static_cast<DeliveryState>(row.Int(6));
  spot.head = row.Int(7) != 0;
  spot.entries = row.Blob(8);
  return spot;
}

absl::Status StopWaiting(Writes& writes, int64_t delivery) {
  Query remove(writes.database(), "DELETE FROM wait WHERE delivery = ?");
  return remove.With(delivery).Done();
}

// The lane asked for; or that of an earlier version which is under way in another one, because the
// record has moved to another patient: beside it, this one could not withdraw what that one leaves.
absl::StatusOr<std::string> LaneOf(Writes& writes, const RecordSpot& record, int64_t dest,
                                   const NewDelivery& delivery) {
  Query find(writes.database(),
             "SELECT lane FROM delivery WHERE name = ? AND dest = ? AND state = 1 LIMIT 1");
  if (find.With(record.name, dest).Step()) return std::string(find.Text(0));
  if (!find.status().ok()) return find.status();
  return delivery.lane;
}

}  // namespace

absl::Status AddDelivery(Writes& writes, const RecordSpot& record, const NewDelivery& delivery) {
  auto dest = writes.Word(record.tenant, delivery.destination);
  if (!dest.ok()) return dest.status();
  auto lane = LaneOf(writes, record, *dest, delivery);
  if (!lane.ok()) return lane.status();
  auto id = writes.NextId(record.tenant, Sequence::kDelivery);
  if (!id.ok()) return id.status();
  bool head = IsOpen(delivery.state);
  if (head) {
    Query open(writes.database(),
               "SELECT 1 FROM delivery WHERE dest = ? AND lane = ? AND state < 3 LIMIT 1");
    head = !open.With(*dest, *lane).Step();
    if (!open.status().ok()) return open.status();
    writes.due = writes.due || head;
  }
  const auto state = static_cast<int64_t>(delivery.state);
  writes.Count(record.tenant, Counted::kCreated, *dest, 0, 1);
  writes.Count(record.tenant, Counted::kDeliveries, *dest, state, 1);
  DeliveryError error;
  if (!delivery.why.empty()) {
    error = {NameOf(delivery.state), 0, "", delivery.why};
  }
  const std::string packed = PackError(error);
  Query add(writes.database(),
            "INSERT INTO delivery(id, name, record, version, dest, lane, state, head, attempts, "
            "created, due, error, entries) VALUES(?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, ?, x'')");
  return add
      .With(*id, record.name, record.record, record.version, *dest, *lane, state,
            static_cast<int64_t>(head ? 1 : 0), MicrosOf(writes.now()), AsBlob{packed})
      .Done();
}

absl::StatusOr<DeliverySpot> FindDelivery(Writes& writes, const DeliveryKey& key) {
  Query find(writes.database(),
             StrCat(kSpotColumns,
                    "FROM tenant t "
                    "CROSS JOIN word s ON s.tenant = t.id AND s.text = ?2 "
                    "CROSS JOIN word y ON y.tenant = t.id AND y.text = ?3 "
                    "CROSS JOIN name n ON n.source = s.id AND n.type = y.id AND n.ext = ?4 "
                    "CROSS JOIN word w ON w.tenant = t.id AND w.text = ?6 "
                    "CROSS JOIN delivery d ON d.name = n.id AND d.version = ?5 AND d.dest = w.id "
                    "WHERE t.text = ?1"));
  const RecordName& name = key.record.name;
  find.With(name.tenant, name.source, name.type, name.id, key.record.version, key.destination);
  if (find.Step()) return SpotOf(find);
  if (!find.status().ok()) return find.status();
  return absl::NotFoundError("there is no such delivery");
}

absl::StatusOr<DeliverySpot> SpotById(Writes& writes, int64_t delivery) {
  Query find(writes.database(), StrCat(kSpotColumns, "FROM delivery d WHERE d.id = ?"));
  if (find.With(delivery).Step()) return SpotOf(find);
  return find.status().ok() ? absl::InternalError("a delivery row is gone") : find.status();
}

absl::Status ChangeDelivery(Writes& writes, const DeliverySpot& spot,
                            const DeliveryChange& change) {
  bool head = spot.head;
  const bool reopened = IsOpen(change.state) && !IsOpen(spot.state);
  const bool woken = change.state == DeliveryState::kPending && spot.state == DeliveryState::kHeld;
  if (!IsOpen(change.state)) {
    head = false;
  } else if (reopened) {
    auto enters = Reenter(writes, spot);
    if (!enters.ok()) return enters.status();
    head = *enters;
  }
  const std::string error = PackError(change.error);
  {
    Query set(writes.database(),
              "UPDATE delivery SET state = ?, head = ?, due = ?, error = ? WHERE id = ?");
    set.With(static_cast<int64_t>(change.state), static_cast<int64_t>(head ? 1 : 0), change.due,
             AsBlob{error}, spot.id);
    if (absl::Status status = set.Done(); !status.ok()) return status;
  }
  CountMove(writes, spot, change.state);
  if (head && change.state == DeliveryState::kPending) writes.due = true;
  if (spot.state == DeliveryState::kHeld) {
    if (absl::Status status = StopWaiting(writes, spot.id); !status.ok()) return status;
  }
  if (spot.head && !IsOpen(change.state)) return Promote(writes, spot.dest, spot.lane);
  return (reopened || woken) && !head ? LetAwaitedPass(writes, spot.name) : absl::OkStatus();
}

absl::Status LetAwaitedPass(Writes& writes, int64_t name) {
  std::set<int64_t> heads;
  {
    Query find(writes.database(),
               "SELECT f.id FROM delivery d CROSS JOIN name n ON n.id = d.name "
               "CROSS JOIN wait w ON w.dest = d.dest AND w.source = n.source "
               "AND w.type = n.type AND w.ext = n.ext "
               "CROSS JOIN delivery h ON h.id = w.delivery AND h.lane = d.lane "
               "CROSS JOIN delivery f ON f.dest = d.dest AND f.lane = d.lane AND f.state < 3 "
               "WHERE d.name = ? AND d.state = 0 AND d.head = 0 AND f.state = 2 AND f.head = 1");
    find.With(name);
    while (find.Step()) heads.insert(find.Int(0));
    if (!find.status().ok()) return find.status();
  }
  for (const int64_t head : heads) {
    if (absl::Status status = StepAside(writes, head); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status StepAside(Writes& writes, int64_t delivery) {
  auto awaited = AwaitedInLane(writes, delivery);
  if (!awaited.ok()) return awaited.status();
  if (*awaited == delivery) return absl::OkStatus();
  absl::Status status = SetHead(writes, delivery, false);
  if (status.ok()) status = SetHead(writes, *awaited, true);
  writes.due = true;
  return status;
}

absl::Status StepInFront(Writes& writes, const DeliverySpot& spot,
                         const std::vector<int64_t>& members) {
  int64_t head = 0;
  {
    Query find(writes.database(),
               "SELECT id FROM delivery WHERE dest = ? AND lane = ? AND state < 3 AND head = 1");
    if (!find.With(spot.dest, spot.lane).Step()) return find.status();
    head = find.Int(0);
  }
  if (std::find(members.begin(), members.end(), head) == members.end()) return absl::OkStatus();
  absl::Status status = SetHead(writes, head, false);
  if (status.ok()) status = SetHead(writes, spot.id, true);
  writes.due = true;
  return status;
}

absl::Status CancelReplaced(Writes& writes, int64_t name, int64_t version) {
  std::vector<DeliverySpot> spots;
  {
    Query find(writes.database(), StrCat(kSpotColumns,
                                         "FROM delivery d WHERE d.name = ? AND d.version = ? "
                                         "AND d.state IN (0, 2)"));
    find.With(name, version);
    while (find.Step()) spots.push_back(SpotOf(find));
    if (!find.status().ok()) return find.status();
  }
  for (const DeliverySpot& spot : spots) {
    const DeliveryChange change{
        DeliveryState::kCancelled, 0, {"replaced", 0, "", "a newer version took its place"}};
    if (absl::Status status = ChangeDelivery(writes, spot, change); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> IsReplaced(Writes& writes, const DeliverySpot& spot) {
  Query find(writes.database(), "SELECT mapped > ? FROM name WHERE id = ?");
  if (!find.With(spot.version, spot.name).Step()) {
    if (!find.status().ok()) return find.status();
    return false;
  }
  return find.Int(0) != 0;
}

}  // namespace kgw::store
