#include "gateway/store/sqlite/deliveries.h"

#include <algorithm>
#include <string>

#include "gateway/base/strings.h"
#include "gateway/store/sqlite/circles.h"
#include "gateway/store/sqlite/delivery_rows.h"
#include "gateway/store/sqlite/pack.h"

namespace kgw::store {
namespace {

// Finds the delivery; a missing one is the caller's answer, another failure the store's.
absl::Status Find(Writes& writes, const DeliveryKey& key, DeliverySpot* spot,
                  absl::Status* answer) {
  *answer = absl::OkStatus();
  auto found = FindDelivery(writes, key);
  if (found.ok()) {
    *spot = *std::move(found);
    return absl::OkStatus();
  }
  // NOT_FOUND from SQLite itself means the file is gone, which no statement reports.
  if (!absl::IsNotFound(found.status())) return found.status();
  *answer = found.status();
  return absl::OkStatus();
}

absl::Status WrongState(const DeliverySpot& spot, std::string_view wish) {
  return absl::FailedPreconditionError(
      StrCat("a delivery that is ", NameOf(spot.state), " cannot be ", wish));
}

absl::Status TakeHeads(Writes& writes, const char* sql, int64_t dest, int64_t now, size_t limit,
                       std::vector<int64_t>* claimed) {
  Query find(writes.database(), sql);
  find.With(dest, now, static_cast<int64_t>(limit));
  while (claimed->size() < limit && find.Step()) {
    const int64_t id = find.Int(0);
    if (std::find(claimed->begin(), claimed->end(), id) == claimed->end()) claimed->push_back(id);
  }
  return find.status();
}

absl::Status MarkClaimed(Writes& writes, int64_t tenant, int64_t dest, int64_t id) {
  writes.Count(tenant, Counted::kDeliveries, dest, static_cast<int64_t>(DeliveryState::kPending),
               -1);
  writes.Count(tenant, Counted::kDeliveries, dest, static_cast<int64_t>(DeliveryState::kInFlight),
               1);
  Query set(writes.database(),
            "UPDATE delivery SET state = 1, attempts = attempts + 1 WHERE id = ?");
  return set.With(id).Done();
}

// The tenants that know a destination, with its word: {tenant, word}.
absl::StatusOr<std::vector<std::pair<int64_t, int64_t>>> Owners(Writes& writes,
                                                                std::string_view destination) {
  std::vector<std::pair<int64_t, int64_t>> owners;
  Query find(writes.database(),
             "SELECT t.id, w.id FROM tenant t CROSS JOIN word w "
             "ON w.tenant = t.id AND w.text = ?");
  find.With(destination);
  while (find.Step()) owners.emplace_back(find.Int(0), find.Int(1));
  if (!find.status().ok()) return find.status();
  return owners;
}

absl::Status ClaimOf(Writes& writes, int64_t tenant, int64_t dest, size_t limit, int64_t now,
                     std::vector<int64_t>* claimed) {
  std::vector<int64_t> heads;
  // Half for what has been tried before, so that new records never starve it.
  absl::Status status =
      TakeHeads(writes,
                "SELECT id FROM delivery WHERE dest = ? AND state = 0 AND due > 0 AND due <= ? "
                "AND state < 2 AND head = 1 ORDER BY due LIMIT ?",
                dest, now, (limit + 1) / 2, &heads);
  if (!status.ok()) return status;
  status = TakeHeads(writes,
                     "SELECT id FROM delivery WHERE dest = ? AND state = 0 AND due <= ? "
                     "AND state < 2 AND head = 1 ORDER BY due, id LIMIT ?",
                     dest, now, limit, &heads);
  if (!status.ok()) return status;
  for (const int64_t id : heads) {
    if (status = MarkClaimed(writes, tenant, dest, id); !status.ok()) return status;
    claimed->push_back(id);
  }
  return absl::OkStatus();
}

// Whether any version of a record has been delivered at a destination.
absl::StatusOr<bool> IsPlaced(Writes& writes, int64_t source, int64_t type, std::string_view ext,
                              int64_t dest) {
  Query find(writes.database(),
             "SELECT r.placed FROM name n CROSS JOIN remote r ON r.name = n.id AND r.dest = ?4 "
             "WHERE n.source = ?1 AND n.type = ?2 AND n.ext = ?3");
  if (find.With(source, type, ext, dest).Step()) return find.Int(0) != 0;
  if (!find.status().ok()) return find.status();
  return false;
}

// Writes what a held delivery waits for. `ready` when something of it is there already.
absl::Status Wait(Writes& writes, const DeliverySpot& spot, const std::vector<RecordName>& names,
                  bool* ready) {
  for (const RecordName& name : names) {
    auto source = writes.Word(spot.tenant, name.source);
    if (!source.ok()) return source.status();
    auto type = writes.Word(spot.tenant, name.type);
    if (!type.ok()) return type.status();
    auto placed = IsPlaced(writes, *source, *type, name.id, spot.dest);
    if (!placed.ok()) return placed.status();
    *ready = *ready || *placed;
    Query add(writes.database(),
              "INSERT OR IGNORE INTO wait(dest, source, type, ext, delivery) "
              "VALUES(?, ?, ?, ?, ?)");
    absl::Status status = add.With(spot.dest, *source, *type, name.id, spot.id).Done();
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ForgetWaits(Writes& writes, int64_t delivery) {
  Query remove(writes.database(), "DELETE FROM wait WHERE delivery = ?");
  return remove.With(delivery).Done();
}

absl::StatusOr<std::vector<int64_t>> Waiting(Writes& writes, const DeliverySpot& spot) {
  std::vector<int64_t> waiting;
  Query find(writes.database(),
             "SELECT w.delivery FROM name n CROSS JOIN wait w ON w.dest = ?1 "
             "AND w.source = n.source AND w.type = n.type AND w.ext = n.ext WHERE n.id = ?2");
  find.With(spot.dest, spot.name);
  while (find.Step()) waiting.push_back(find.Int(0));
  if (!find.status().ok()) return find.status();
  return waiting;
}

absl::StatusOr<DeliverySpot> SpotById(Writes& writes, int64_t id) {
  Query find(writes.database(),
             "SELECT name, record, version, dest, lane, state, head, entries, id >> 40 "
             "FROM delivery WHERE id = ?");
  if (!find.With(id).Step()) {
    return find.status().ok() ? absl::InternalError("a delivery row is gone") : find.status();
  }
  DeliverySpot spot;
  spot.id = id;
  spot.name = find.Int(0);
  spot.record = find.Int(1);
  spot.version = find.Int(2);
  spot.dest = find.Int(3);
  spot.lane = find.Text(4);
  spot.state = static_cast<DeliveryState>(find.Int(5));
  spot.head = find.Int(6) != 0;
  spot.entries = find.Blob(7);
  spot.tenant = find.Int(8);
  return spot;
}

// Lets go on what waited for this record at this destination.
absl::Status Wake(Writes& writes, const DeliverySpot& spot) {
  auto waiting = Waiting(writes, spot);
  if (!waiting.ok()) return waiting.status();
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

absl::Status SetEntries(Writes& writes, const DeliverySpot& spot) {
  Query set(writes.database(), "UPDATE delivery SET entries = ? WHERE id = ?");
  return set.With(AsBlob{spot.entries}, spot.id).Done();
}

// The state an attempt's end really leads to.
absl::Status Decide(Writes& writes, const DeliverySpot& spot, const AttemptEnd& end,
                    DeliveryChange* change) {
  change->state = end.state;
  change->error = end.error;
  change->due = end.state == DeliveryState::kPending ? MicrosOf(end.next_due) : 0;
  if (end.state != DeliveryState::kPending && end.state != DeliveryState::kHeld) {
    return absl::OkStatus();
  }
  auto replaced = IsReplaced(writes, spot);
  if (!replaced.ok()) return replaced.status();
  if (*replaced) {
    change->state = DeliveryState::kCancelled;
    change->due = 0;
    change->error = {"replaced", 0, "", "a newer version took its place"};
    return absl::OkStatus();
  }
  if (end.state != DeliveryState::kHeld) return absl::OkStatus();
  bool ready = false;
  if (absl::Status status = Wait(writes, spot, end.waits_for, &ready); !status.ok()) return status;
  if (!ready) return absl::OkStatus();
  change->state = DeliveryState::kPending;
  return ForgetWaits(writes, spot.id);
}

// When the delivery held just now closes a circle, the first of it becomes due.
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

absl::Status End(Writes& writes, const DeliverySpot& spot, const AttemptEnd& end,
                 absl::Status* answer) {
  if (spot.state != DeliveryState::kInFlight) {
    *answer = WrongState(spot, "ended");
    return absl::OkStatus();
  }
  if (end.state == DeliveryState::kInFlight) {
    *answer = absl::InvalidArgumentError("an attempt cannot end in flight");
    return absl::OkStatus();
  }
  const bool placed = end.state == DeliveryState::kDelivered;
  absl::Status status = Place(writes, spot, placed);
  DeliveryChange change;
  if (status.ok()) status = Decide(writes, spot, end, &change);
  if (status.ok()) status = ChangeDelivery(writes, spot, change);
  if (status.ok() && change.state == DeliveryState::kHeld) {
    status = StepAside(writes, spot.id);
    if (status.ok()) status = BreakCircle(writes, spot);
  }
  if (status.ok() && placed) status = Wake(writes, spot);
  return status;
}

}  // namespace

absl::Status ClaimDue(Writes& writes, std::string_view destination, int limit, absl::Time now,
                      std::vector<int64_t>* claimed) {
  claimed->clear();
  auto owners = Owners(writes, destination);
  if (!owners.ok()) return owners.status();
  size_t left = static_cast<size_t>(std::max(limit, 0));
  size_t turns = owners->size();
  for (const auto& [tenant, dest] : *owners) {
    if (left == 0) break;
    // A fair share of what is left, so that no tenant takes every place.
    const size_t share = std::max<size_t>(left / turns--, 1);
    const size_t before = claimed->size();
    absl::Status status = ClaimOf(writes, tenant, dest, share, MicrosOf(now), claimed);
    if (!status.ok()) return status;
    left -= claimed->size() - before;
  }
  return absl::OkStatus();
}

absl::Status ReleaseInFlight(Writes& writes) {
  std::vector<int64_t> ids;
  {
    Query find(writes.database(),
               "SELECT d.id FROM word w CROSS JOIN delivery d INDEXED BY delivery_ready "
               "ON d.dest = w.id AND d.state = 1 AND d.state < 2 AND d.head = 1");
    while (find.Step()) ids.push_back(find.Int(0));
    if (!find.status().ok()) return find.status();
  }
  for (const int64_t id : ids) {
    auto spot = SpotById(writes, id);
    if (!spot.ok()) return spot.status();
    if (absl::Status status = Place(writes, *spot, false); !status.ok()) return status;
    DeliveryChange change;
    AttemptEnd end;
    end.state = DeliveryState::kPending;
    end.error = {"interrupted", 0, "", "the gateway ended while this was under way"};
    if (absl::Status status = Decide(writes, *spot, end, &change); !status.ok()) return status;
    if (absl::Status status = ChangeDelivery(writes, *spot, change); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status WriteEntries(Writes& writes, const DeliveryKey& key,
                          const std::vector<EntryResult>& entries, absl::Status* answer) {
  DeliverySpot spot;
  absl::Status status = Find(writes, key, &spot, answer);
  if (!status.ok() || !answer->ok()) return status;
  std::vector<EntryResult> merged = UnpackEntries(spot.entries);
  MergeEntries(entries, &merged);
  spot.entries = PackEntries(merged);
  if (status = SetEntries(writes, spot); !status.ok()) return status;
  // Within an attempt its end carries them over.
  if (spot.state == DeliveryState::kInFlight) return absl::OkStatus();
  return Place(writes, spot, false);
}

absl::Status WriteError(Writes& writes, const DeliveryKey& key, const DeliveryError& error,
                        absl::Status* answer) {
  DeliverySpot spot;
  absl::Status status = Find(writes, key, &spot, answer);
  if (!status.ok() || !answer->ok()) return status;
  const std::string packed = PackError(error);
  Query set(writes.database(), "UPDATE delivery SET error = ? WHERE id = ?");
  return set.With(AsBlob{packed}, spot.id).Done();
}

absl::Status WriteEnd(Writes& writes, const DeliveryKey& key, const AttemptEnd& end,
                      absl::Status* answer) {
  DeliverySpot spot;
  absl::Status status = Find(writes, key, &spot, answer);
  if (!status.ok() || !answer->ok()) return status;
  return End(writes, spot, end, answer);
}

absl::Status WriteEndOf(Writes& writes, int64_t delivery, const AttemptEnd& end,
                        absl::Status* answer) {
  *answer = absl::OkStatus();
  auto spot = SpotById(writes, delivery);
  if (!spot.ok()) return spot.status();
  return End(writes, *spot, end, answer);
}

absl::Status WriteRetry(Writes& writes, const DeliveryKey& key, std::string_view why,
                        absl::Status* answer) {
  DeliverySpot spot;
  absl::Status status = Find(writes, key, &spot, answer);
  if (!status.ok() || !answer->ok()) return status;
  if (spot.state != DeliveryState::kHeld && spot.state != DeliveryState::kDead &&
      spot.state != DeliveryState::kPending) {
    *answer = WrongState(spot, "retried");
    return absl::OkStatus();
  }
  auto replaced = IsReplaced(writes, spot);
  if (!replaced.ok()) return replaced.status();
  if (*replaced) {
    *answer = absl::FailedPreconditionError("a newer version took this delivery's place");
    return absl::OkStatus();
  }
  return ChangeDelivery(writes, spot,
                        {DeliveryState::kPending, 0, {"retried", 0, "", std::string(why)}});
}

absl::Status WriteCancel(Writes& writes, const DeliveryKey& key, std::string_view why,
                         absl::Status* answer) {
  DeliverySpot spot;
  absl::Status status = Find(writes, key, &spot, answer);
  if (!status.ok() || !answer->ok()) return status;
  if (spot.state != DeliveryState::kHeld && spot.state != DeliveryState::kDead &&
      spot.state != DeliveryState::kPending) {
    *answer = WrongState(spot, "cancelled");
    return absl::OkStatus();
  }
  return ChangeDelivery(writes, spot,
                        {DeliveryState::kCancelled, 0, {"cancelled", 0, "", std::string(why)}});
}

absl::Status WriteHold(Writes& writes, const DeliveryKey& key, std::string_view why,
                       absl::Status* answer) {
  DeliverySpot spot;
  absl::Status status = Find(writes, key, &spot, answer);
  if (!status.ok() || !answer->ok()) return status;
  if (spot.state != DeliveryState::kPending) {
    *answer = WrongState(spot, "held");
    return absl::OkStatus();
  }
  return ChangeDelivery(writes, spot, {DeliveryState::kHeld, 0, {"held", 0, "", std::string(why)}});
}

}  // namespace kgw::store
