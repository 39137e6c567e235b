#ifndef GATEWAY_STORE_DELIVERY_QUEUE_H_
#define GATEWAY_STORE_DELIVERY_QUEUE_H_

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/store/unit.h"

namespace kgw::store {

// Hands deliveries out and takes their ends. Safe from any thread.
class DeliveryQueue {
 public:
  virtual ~DeliveryQueue() = default;

  // Claims up to `limit` due lane heads: they become in_flight, durably, and are the owner's until
  // EndAttempt or the end of the lease. Tenants take turns, and what has been tried before takes
  // turns with what has not. A lane's head is its oldest delivery that has not ended, or what that
  // one waits for in the same lane; while the head is held, in flight or not yet due, the lane
  // waits. What another owner left in flight is claimed once its lease has ended; an owner never
  // claims what it has in flight itself. A delivery whose stored body is damaged becomes dead
  // (class "damaged") and is left out. INVALID_ARGUMENT without an owner. Costs no commit when
  // nothing is due.
  virtual absl::StatusOr<Claimed> Claim(const ClaimRequest& request) = 0;
  // What the owner has in flight is pending and due at once: for a process that starts again under
  // its name. A store that only one process opens does so for all owners when it is opened.
  virtual absl::Status TakeBack(std::string_view owner) = 0;

  // The next three are durable on return. FAILED_PRECONDITION for a token that is not the
  // delivery's newest: somebody else has claimed it since.
  //
  // Journals what became of entries (kIntended before a request that makes something there,
  // kWithdrawn once it is certain that none did: the intent's line is erased, unless an earlier
  // attempt had left one). Taken in any state, since it says what happened; an entry's newer result
  // replaces the older one.
  virtual absl::Status JournalEntries(const DeliveryKey& key, int64_t token,
                                      const std::vector<EntryResult>& entries) = 0;
  virtual absl::Status JournalError(const DeliveryKey& key, int64_t token,
                                    const DeliveryError& error) = 0;
  // Ends the attempt and lets the lane go on (or wait); wakes lanes held for this record once it is
  // there or will never come (see Unit::waits_for).
  // FAILED_PRECONDITION unless in flight. kPending and kHeld become kCancelled when a newer version
  // has taken its place; kHeld becomes kPending when one of waits_for has been delivered
  // meanwhile, or will never come.
  // When kHeld closes a circle of deliveries that wait for nothing but each other, the oldest of
  // them becomes kPending.
  virtual absl::Status EndAttempt(const DeliveryKey& key, int64_t token, const AttemptEnd& end) = 0;
  // Called on the writer's thread after commits that made deliveries due; at most one listener. The
  // one before is not running any more when this returns, so it must not be called from a listener.
  virtual void OnDeliveriesDue(std::function<void()> listener) = 0;
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_DELIVERY_QUEUE_H_
