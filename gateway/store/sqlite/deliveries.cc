#include "gateway/store/sqlite/deliveries.h"

#include <string>
#include <utility>

#include "gateway/store/rules/ends.h"
#include "gateway/store/rules/journal.h"
#include "gateway/store/rules/pack.h"
#include "gateway/store/sqlite/delivery_rows.h"
#include "gateway/store/sqlite/remotes.h"
#include "gateway/store/sqlite/waits.h"

namespace kgw::store {
namespace {

// What an end of one delivery depends on.
class RowFacts final : public EndFacts {
 public:
  RowFacts(Batch& batch, const StoredDelivery& stored) : batch_(batch), stored_(stored) {}
  absl::StatusOr<bool> IsReplaced() override { return kgw::store::IsReplaced(batch_, stored_); }
  absl::StatusOr<bool> StartWaiting(const std::vector<RecordName>& names) override {
    return kgw::store::StartWaiting(batch_, stored_, names);
  }

 private:
  Batch& batch_;
  const StoredDelivery& stored_;
};

// Finds the delivery; a missing one is the caller's answer, another failure the store's.
absl::Status Find(Batch& batch, const DeliveryKey& key, StoredDelivery* stored,
                  absl::Status* answer) {
  *answer = absl::OkStatus();
  auto found = FindDelivery(batch, key);
  if (found.ok()) {
    *stored = *std::move(found);
    return absl::OkStatus();
  }
  // NOT_FOUND from SQLite itself means the file is gone, which no statement reports.
  if (!absl::IsNotFound(found.status())) return found.status();
  *answer = found.status();
  return absl::OkStatus();
}

// The same for who says to have claimed it.
absl::Status FindClaimed(Batch& batch, const DeliveryKey& key, int64_t token,
                         StoredDelivery* stored, absl::Status* answer) {
  absl::Status status = Find(batch, key, stored, answer);
  if (status.ok() && answer->ok()) *answer = CheckToken(stored->token, token);
  return status;
}

absl::Status SetEntries(Batch& batch, const StoredDelivery& stored) {
  Query set(batch.database(), "UPDATE delivery SET entries = ? WHERE id = ?");
  return set.With(AsBlob{stored.entries}, stored.id).Done();
}

absl::Status Uncount(Batch& batch, int64_t delivery) {
  Query set(batch.database(), "UPDATE delivery SET attempts = attempts - 1 WHERE id = ?");
  return set.With(delivery).Done();
}

absl::Status End(Batch& batch, const StoredDelivery& stored, const AttemptEnd& end,
                 absl::Status* answer) {
  *answer = CheckEnd(stored.state, end);
  if (!answer->ok()) return absl::OkStatus();
  absl::Status status = Place(batch, stored, end.state == DeliveryState::kDelivered);
  if (!status.ok()) return status;
  RowFacts facts(batch, stored);
  auto change = DecideEnd(end, facts);
  if (!change.ok()) return change.status();
  status = ChangeDelivery(batch, stored, *change);
  if (status.ok() && !end.sent) status = Uncount(batch, stored.id);
  if (status.ok() && change->state == DeliveryState::kHeld) {
    status = StepAside(batch, stored.id);
    if (status.ok()) status = BreakCircle(batch, stored);
  }
  if (status.ok()) status = WakeWaiting(batch, stored.name, stored.dest);
  return status;
}

}  // namespace

absl::Status Release(Batch& batch, int64_t delivery) {
  auto stored = DeliveryById(batch, delivery);
  if (!stored.ok()) return stored.status();
  if (absl::Status status = Place(batch, *stored, false); !status.ok()) return status;
  RowFacts facts(batch, *stored);
  auto change = DecideEnd(InterruptedEnd(), facts);
  if (!change.ok()) return change.status();
  return ChangeDelivery(batch, *stored, *change);
}

absl::Status ReleaseInFlight(Batch& batch, const std::optional<std::string>& owner) {
  std::vector<int64_t> ids;
  {
    Query find(batch.database(),
               "SELECT d.id, o.text FROM word w CROSS JOIN delivery d INDEXED BY delivery_ready "
               "ON d.dest = w.id AND d.state = [in_flight] AND d.state < [held] AND d.head = 1 "
               "LEFT JOIN word o ON o.id = d.owner");
    while (find.Step()) {
      if (!owner || find.Text(1) == *owner) ids.push_back(find.Int(0));
    }
    if (!find.status().ok()) return find.status();
  }
  for (const int64_t id : ids) {
    if (absl::Status status = Release(batch, id); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status WriteEntries(Batch& batch, const DeliveryKey& key, int64_t token,
                          const std::vector<EntryResult>& entries, absl::Status* answer) {
  StoredDelivery stored;
  absl::Status status = FindClaimed(batch, key, token, &stored, answer);
  if (!status.ok() || !answer->ok()) return status;
  stored.entries = PackEntries(MergedJournal(UnpackEntries(stored.entries), entries));
  if (status = SetEntries(batch, stored); !status.ok()) return status;
  // Within an attempt its end carries them over.
  if (stored.state == DeliveryState::kInFlight) return absl::OkStatus();
  return Place(batch, stored, false);
}

absl::Status WriteError(Batch& batch, const DeliveryKey& key, int64_t token,
                        const DeliveryError& error, absl::Status* answer) {
  StoredDelivery stored;
  absl::Status status = FindClaimed(batch, key, token, &stored, answer);
  if (!status.ok() || !answer->ok()) return status;
  const std::string packed = PackError(error);
  Query set(batch.database(), "UPDATE delivery SET error = ? WHERE id = ?");
  return set.With(AsBlob{packed}, stored.id).Done();
}

absl::Status WriteEnd(Batch& batch, const DeliveryKey& key, int64_t token, const AttemptEnd& end,
                      absl::Status* answer) {
  StoredDelivery stored;
  absl::Status status = FindClaimed(batch, key, token, &stored, answer);
  if (!status.ok() || !answer->ok()) return status;
  return End(batch, stored, end, answer);
}

absl::Status WriteEndOf(Batch& batch, int64_t delivery, int64_t token, const AttemptEnd& end,
                        absl::Status* answer) {
  *answer = absl::OkStatus();
  auto stored = DeliveryById(batch, delivery);
  if (!stored.ok()) return stored.status();
  *answer = CheckToken(stored->token, token);
  if (!answer->ok()) return absl::OkStatus();
  return End(batch, *stored, end, answer);
}

absl::Status WriteByHand(Batch& batch, const DeliveryKey& key, Hand hand, std::string_view why,
                         absl::Status* answer) {
  StoredDelivery stored;
  absl::Status status = Find(batch, key, &stored, answer);
  if (!status.ok() || !answer->ok()) return status;
  *answer = CheckHand(hand, stored.state);
  if (!answer->ok()) return absl::OkStatus();
  if (hand == Hand::kRetry) {
    auto replaced = IsReplaced(batch, stored);
    if (!replaced.ok()) return replaced.status();
    if (*replaced) *answer = NoRetryOfReplaced();
    if (!answer->ok()) return absl::OkStatus();
  }
  status = ChangeDelivery(batch, stored, ChangeByHand(hand, why));
  if (!status.ok() || hand != Hand::kCancel) return status;
  return WakeWaiting(batch, stored.name, stored.dest);
}

}  // namespace kgw::store
