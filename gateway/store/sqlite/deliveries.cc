#include "gateway/store/sqlite/deliveries.h"

#include <algorithm>
#include <initializer_list>
#include <string>

#include "gateway/base/strings.h"
#include "gateway/store/sqlite/awaited.h"
#include "gateway/store/sqlite/delivery_rows.h"
#include "gateway/store/sqlite/pack.h"
#include "gateway/store/sqlite/remotes.h"
#include "gateway/store/sqlite/waits.h"

namespace kgw::store {
namespace {

// What an operator may retry or cancel.
constexpr std::initializer_list<DeliveryState> kUnfinished = {
    DeliveryState::kHeld, DeliveryState::kDead, DeliveryState::kPending};

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

// The same for what only some states allow.
absl::Status FindIn(Writes& writes, const DeliveryKey& key,
                    std::initializer_list<DeliveryState> states, std::string_view wish,
                    DeliverySpot* spot, absl::Status* answer) {
  absl::Status status = Find(writes, key, spot, answer);
  if (!status.ok() || !answer->ok()) return status;
  const bool allowed = std::find(states.begin(), states.end(), spot->state) != states.end();
  if (!allowed) *answer = WrongState(*spot, wish);
  return absl::OkStatus();
}

// What a delivery's journal holds with these. An intent that is withdrawn leaves no line of this
// attempt; what an earlier one intended has been carried over by its end, and stays.
std::vector<EntryResult> Merged(const DeliverySpot& spot, std::vector<EntryResult> newer) {
  std::vector<EntryResult> merged = UnpackEntries(spot.entries);
  const auto withdrawn = [](const EntryResult& entry) { return entry.state == "withdrawn"; };
  for (const EntryResult& entry : newer) {
    if (!withdrawn(entry)) continue;
    std::erase_if(merged, [&](const EntryResult& old) {
      return old.resource == entry.resource && old.state == "intended";
    });
  }
  std::erase_if(newer, withdrawn);
  MergeEntries(newer, &merged);
  return merged;
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
  auto waits = StartWaiting(writes, spot, end.waits_for);
  if (!waits.ok()) return waits.status();
  if (!*waits) change->state = DeliveryState::kPending;
  return absl::OkStatus();
}

absl::Status Uncount(Writes& writes, int64_t delivery) {
  Query set(writes.database(), "UPDATE delivery SET attempts = attempts - 1 WHERE id = ?");
  return set.With(delivery).Done();
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
  if (status.ok() && !end.sent) status = Uncount(writes, spot.id);
  if (status.ok() && change.state == DeliveryState::kHeld) {
    status = StepAside(writes, spot.id);
    if (status.ok()) status = BreakCircle(writes, spot);
  }
  if (status.ok()) status = WakeWaiting(writes, spot.name, spot.dest);
  return status;
}

}  // namespace

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
  spot.entries = PackEntries(Merged(spot, entries));
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
  absl::Status status = FindIn(writes, key, kUnfinished, "retried", &spot, answer);
  if (!status.ok() || !answer->ok()) return status;
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
  absl::Status status = FindIn(writes, key, kUnfinished, "cancelled", &spot, answer);
  if (!status.ok() || !answer->ok()) return status;
  status = ChangeDelivery(writes, spot,
                          {DeliveryState::kCancelled, 0, {kByHand, 0, "", std::string(why)}});
  return status.ok() ? WakeWaiting(writes, spot.name, spot.dest) : status;
}

absl::Status WriteHold(Writes& writes, const DeliveryKey& key, std::string_view why,
                       absl::Status* answer) {
  DeliverySpot spot;
  absl::Status status = FindIn(writes, key, {DeliveryState::kPending}, "held", &spot, answer);
  if (!status.ok() || !answer->ok()) return status;
  return ChangeDelivery(writes, spot, {DeliveryState::kHeld, 0, {"held", 0, "", std::string(why)}});
}

}  // namespace kgw::store
