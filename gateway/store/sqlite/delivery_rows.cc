#include "gateway/store/sqlite/delivery_rows.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "gateway/base/strings.h"
#include "gateway/store/rules/lanes.h"
#include "gateway/store/rules/pack.h"
#include "gateway/store/sqlite/schema.h"

namespace kgw::store {
namespace {

constexpr std::string_view kStoredColumns =
    "SELECT d.id, d.name, d.record, d.version, d.dest, d.lane, d.state, d.head, d.entries, "
    "d.token ";

void CountMove(Batch& batch, const StoredDelivery& stored, DeliveryState to) {
  const auto from = static_cast<int64_t>(stored.state);
  batch.Count(stored.tenant, Counted::kDeliveries, stored.dest, from, -1);
  batch.Count(stored.tenant, Counted::kDeliveries, stored.dest, static_cast<int64_t>(to), 1);
}

absl::Status SetHead(Batch& batch, int64_t id, bool head) {
  Query set(batch.database(), "UPDATE delivery SET head = ? WHERE id = ?");
  return set.With(static_cast<int64_t>(head ? 1 : 0), id).Done();
}

class RowLane final : public LaneGraph {
 public:
  explicit RowLane(Batch& batch) : batch_(batch) {}
  absl::StatusOr<std::vector<InLane>> AwaitedBy(int64_t delivery) override {
    Query find(batch_.database(),
               "SELECT d.id, d.state FROM delivery h CROSS JOIN wait w ON w.delivery = h.id "
               "CROSS JOIN name n ON n.source = w.source AND n.type = w.type AND n.ext = w.ext "
               "CROSS JOIN delivery d ON d.name = n.id AND d.dest = h.dest AND d.lane = h.lane "
               "WHERE h.id = ? AND d.state < [delivered] ORDER BY d.id");
    find.With(delivery);
    std::vector<InLane> awaited;
    while (find.Step()) {
      awaited.push_back({find.Int(0), static_cast<DeliveryState>(find.Int(1))});
    }
    if (!find.status().ok()) return find.status();
    return awaited;
  }

 private:
  Batch& batch_;
};

absl::StatusOr<int64_t> Awaited(Batch& batch, int64_t delivery) {
  RowLane lane(batch);
  return AwaitedInLane(lane, delivery);
}

// Makes the oldest delivery of a lane its head, or what that one waits for.
absl::Status Promote(Batch& batch, int64_t dest, std::string_view lane) {
  int64_t next = 0;
  {
    Query find(batch.database(),
               "SELECT id FROM delivery WHERE dest = ? AND lane = ? AND state < [delivered] "
               "ORDER BY id LIMIT 1");
    if (!find.With(dest, lane).Step()) return find.status();
    next = find.Int(0);
  }
  auto awaited = Awaited(batch, next);
  if (!awaited.ok()) return awaited.status();
  batch.due = true;
  return SetHead(batch, *awaited, true);
}

// The head of a delivery's lane; nullopt when nothing in it is open.
absl::StatusOr<std::optional<InLane>> HeadOf(Batch& batch, const StoredDelivery& stored) {
  Query find(batch.database(),
             "SELECT id, state FROM delivery WHERE dest = ? AND lane = ? AND state < [delivered] "
             "AND head = 1 ORDER BY id LIMIT 1");
  if (find.With(stored.dest, stored.lane).Step()) {
    return InLane{find.Int(0), static_cast<DeliveryState>(find.Int(1))};
  }
  if (!find.status().ok()) return find.status();
  return std::nullopt;
}

// Whether a delivery that opens again becomes its lane's head; the head of before steps back.
absl::StatusOr<bool> Enter(Batch& batch, const StoredDelivery& stored) {
  auto head = HeadOf(batch, stored);
  if (!head.ok()) return head.status();
  if (!TakesLead(stored.id, *head)) return false;
  if (!head->has_value()) return true;
  if (absl::Status status = SetHead(batch, (*head)->delivery, false); !status.ok()) return status;
  return true;
}

StoredDelivery StoredOf(const Query& row) {
  StoredDelivery stored;
  stored.id = row.Int(0);
  stored.tenant = stored.id >> kIdBits;
  stored.name = row.Int(1);
  stored.record = row.Int(2);
  stored.version = row.Int(3);
  stored.dest = row.Int(4);
  stored.lane = row.Text(5);
  stored.state = static_cast<DeliveryState>(row.Int(6));
  stored.head = row.Int(7) != 0;
  stored.entries = row.Blob(8);
  stored.token = row.Int(9);
  return stored;
}

absl::Status StopWaiting(Batch& batch, int64_t delivery) {
  Query remove(batch.database(), "DELETE FROM wait WHERE delivery = ?");
  return remove.With(delivery).Done();
}

// The lane asked for; or that of an earlier version which is under way in another one, because the
// record has moved to another patient: beside it, this one could not withdraw what that one leaves.
absl::StatusOr<std::string> LaneOf(Batch& batch, const StoredVersion& record, int64_t dest,
                                   const NewDelivery& delivery) {
  Query find(
      batch.database(),
      "SELECT lane FROM delivery WHERE name = ? AND dest = ? AND state = [in_flight] LIMIT 1");
  if (find.With(record.name, dest).Step()) return std::string(find.Text(0));
  if (!find.status().ok()) return find.status();
  return delivery.lane;
}

}  // namespace

absl::Status AddDelivery(Batch& batch, const StoredVersion& record, const NewDelivery& delivery) {
  auto dest = batch.Word(record.tenant, delivery.destination);
  if (!dest.ok()) return dest.status();
  auto lane = LaneOf(batch, record, *dest, delivery);
  if (!lane.ok()) return lane.status();
  auto id = batch.NextId(record.tenant, Sequence::kDelivery);
  if (!id.ok()) return id.status();
  bool head = IsOpen(delivery.state);
  if (head) {
    Query open(
        batch.database(),
        "SELECT 1 FROM delivery WHERE dest = ? AND lane = ? AND state < [delivered] LIMIT 1");
    head = !open.With(*dest, *lane).Step();
    if (!open.status().ok()) return open.status();
    batch.due = batch.due || head;
  }
  const auto state = static_cast<int64_t>(delivery.state);
  batch.Count(record.tenant, Counted::kCreated, *dest, 0, 1);
  batch.Count(record.tenant, Counted::kDeliveries, *dest, state, 1);
  DeliveryError error;
  if (!delivery.why.empty()) {
    error = {ErrorClass::kWithheld, 0, "", delivery.why};
  }
  const std::string packed = PackError(error);
  Query add(batch.database(),
            "INSERT INTO delivery(id, name, record, version, dest, lane, state, head, attempts, "
            "created, due, error, entries) VALUES(?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, ?, x'')");
  return add
      .With(*id, record.name, record.record, record.version, *dest, *lane, state,
            static_cast<int64_t>(head ? 1 : 0), MicrosOf(batch.now()), AsBlob{packed})
      .Done();
}

absl::StatusOr<StoredDelivery> FindDelivery(Batch& batch, const DeliveryKey& key) {
  Query find(batch.database(),
             StrCat(kStoredColumns,
                    "FROM tenant t "
                    "CROSS JOIN word s ON s.tenant = t.id AND s.text = ?2 "
                    "CROSS JOIN word y ON y.tenant = t.id AND y.text = ?3 "
                    "CROSS JOIN name n ON n.source = s.id AND n.type = y.id AND n.ext = ?4 "
                    "CROSS JOIN word w ON w.tenant = t.id AND w.text = ?6 "
                    "CROSS JOIN delivery d ON d.name = n.id AND d.version = ?5 AND d.dest = w.id "
                    "WHERE t.text = ?1"));
  const RecordName& name = key.record.name;
  find.With(name.tenant, name.source, name.type, name.id, key.record.version, key.destination);
  if (find.Step()) return StoredOf(find);
  if (!find.status().ok()) return find.status();
  return absl::NotFoundError("there is no such delivery");
}

absl::StatusOr<StoredDelivery> DeliveryById(Batch& batch, int64_t delivery) {
  Query find(batch.database(), StrCat(kStoredColumns, "FROM delivery d WHERE d.id = ?"));
  if (find.With(delivery).Step()) return StoredOf(find);
  return find.status().ok() ? absl::InternalError("a delivery row is gone") : find.status();
}

absl::Status ChangeDelivery(Batch& batch, const StoredDelivery& stored,
                            const DeliveryChange& change) {
  const LaneChange lane = ChangeInLane(stored.state, change.state, stored.head);
  bool head = lane.stays_head;
  if (lane.enters) {
    auto enters = Enter(batch, stored);
    if (!enters.ok()) return enters.status();
    head = *enters;
  }
  const std::string error = PackError(change.error);
  {
    Query set(batch.database(),
              "UPDATE delivery SET state = ?, head = ?, due = ?, error = ? WHERE id = ?");
    set.With(static_cast<int64_t>(change.state), static_cast<int64_t>(head ? 1 : 0),
             MicrosOf(change.due), AsBlob{error}, stored.id);
    if (absl::Status status = set.Done(); !status.ok()) return status;
  }
  CountMove(batch, stored, change.state);
  if (head && change.state == DeliveryState::kPending) batch.due = true;
  if (lane.stops_waiting) {
    if (absl::Status status = StopWaiting(batch, stored.id); !status.ok()) return status;
  }
  if (lane.promotes) return Promote(batch, stored.dest, stored.lane);
  return lane.may_pass && !head ? LetAwaitedPass(batch, stored.name) : absl::OkStatus();
}

absl::Status LetAwaitedPass(Batch& batch, int64_t name) {
  std::set<int64_t> heads;
  {
    Query find(
        batch.database(),
        "SELECT f.id FROM delivery d CROSS JOIN name n ON n.id = d.name "
        "CROSS JOIN wait w ON w.dest = d.dest AND w.source = n.source "
        "AND w.type = n.type AND w.ext = n.ext "
        "CROSS JOIN delivery h ON h.id = w.delivery AND h.lane = d.lane "
        "CROSS JOIN delivery f ON f.dest = d.dest AND f.lane = d.lane AND f.state < [delivered] "
        "WHERE d.name = ? AND d.state = [pending] AND d.head = 0 AND f.state = [held] AND f.head = "
        "1");
    find.With(name);
    while (find.Step()) heads.insert(find.Int(0));
    if (!find.status().ok()) return find.status();
  }
  for (const int64_t head : heads) {
    if (absl::Status status = StepAside(batch, head); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status StepAside(Batch& batch, int64_t delivery) {
  auto awaited = Awaited(batch, delivery);
  if (!awaited.ok()) return awaited.status();
  if (*awaited == delivery) return absl::OkStatus();
  absl::Status status = SetHead(batch, delivery, false);
  if (status.ok()) status = SetHead(batch, *awaited, true);
  batch.due = true;
  return status;
}

absl::Status StepInFront(Batch& batch, const StoredDelivery& stored,
                         const std::vector<int64_t>& members) {
  int64_t head = 0;
  {
    Query find(
        batch.database(),
        "SELECT id FROM delivery WHERE dest = ? AND lane = ? AND state < [delivered] AND head = 1");
    if (!find.With(stored.dest, stored.lane).Step()) return find.status();
    head = find.Int(0);
  }
  if (std::find(members.begin(), members.end(), head) == members.end()) return absl::OkStatus();
  absl::Status status = SetHead(batch, head, false);
  if (status.ok()) status = SetHead(batch, stored.id, true);
  batch.due = true;
  return status;
}

absl::Status CancelReplaced(Batch& batch, int64_t name, int64_t version) {
  std::vector<StoredDelivery> all;
  {
    Query find(batch.database(), StrCat(kStoredColumns,
                                        "FROM delivery d WHERE d.name = ? AND d.version = ? "
                                        "AND d.state IN ([pending], [held])"));
    find.With(name, version);
    while (find.Step()) all.push_back(StoredOf(find));
    if (!find.status().ok()) return find.status();
  }
  for (const StoredDelivery& stored : all) {
    absl::Status status = ChangeDelivery(batch, stored, Replaced());
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> IsReplaced(Batch& batch, const StoredDelivery& stored) {
  Query find(batch.database(), "SELECT mapped > ? FROM name WHERE id = ?");
  if (!find.With(stored.version, stored.name).Step()) {
    if (!find.status().ok()) return find.status();
    return false;
  }
  return find.Int(0) != 0;
}

}  // namespace kgw::store
