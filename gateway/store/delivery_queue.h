#ifndef GATEWAY_STORE_DELIVERY_QUEUE_H_
#define GATEWAY_STORE_DELIVERY_QUEUE_H_

#include <functional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/store/unit.h"

namespace kgw::store {

// Hands deliveries out and takes their ends. Safe from any thread.
class DeliveryQueue {
 public:
  virtual ~DeliveryQueue() = default;

  // Claims up to `limit` due lane heads of a destination: they become in_flight, durably, and are
  // this process's until EndAttempt. Tenants take turns, and what has been tried before takes turns
  // with what has not. One due after `furthest`, which is later than any time ever given to
  // EndAttempt, was written under another clock: it is due too. Deliveries found in flight when a
  // store is opened are pending again, since their process is gone. A lane's head is its oldest
  // delivery that has not ended, or what that one waits for in the same lane; while the head is
  // held, in flight or not yet due, the lane waits. A delivery whose stored body is damaged becomes
  // dead (class "damaged") and is left out.
  virtual absl::StatusOr<std::vector<Unit>> Claim(std::string_view destination, int limit,
                                                  absl::Time now, absl::Time furthest) = 0;
  absl::StatusOr<std::vector<Unit>> Claim(std::string_view destination, int limit, absl::Time now) {
    return Claim(destination, limit, now, absl::InfiniteFuture());
  }
  // When the next lane head of a destination falls due; InfiniteFuture when none waits.
  virtual absl::StatusOr<absl::Time> NextDue(std::string_view destination) = 0;
  // Durable on return. Journals what became of entries (state "intended" before a request that
  // makes something there, "withdrawn" once it is certain that none did: the intent's line is
  // erased, unless an earlier attempt had left one). Taken in any state, since it says what
  // happened; an entry's newer result replaces the older one.
  virtual absl::Status JournalEntries(const DeliveryKey& key,
                                      const std::vector<EntryResult>& entries) = 0;
  virtual absl::Status JournalError(const DeliveryKey& key, const DeliveryError& error) = 0;
  // Ends the attempt and lets the lane go on (or wait); wakes lanes held for this record once it is
  // there or will never come (see Unit::waits_for).
  // FAILED_PRECONDITION unless in flight. kPending and kHeld become kCancelled when a newer version
  // has taken its place; kHeld becomes kPending when one of waits_for has been delivered
  // meanwhile, or will never come.
  // When kHeld closes a circle of deliveries that wait for nothing but each other, the oldest of
  // them becomes kPending.
  virtual absl::Status EndAttempt(const DeliveryKey& key, const AttemptEnd& end) = 0;
  // Called on the writer's thread after commits that made deliveries due; at most one listener. The
  // one before is not running any more when this returns, so it must not be called from a listener.
  virtual void OnDeliveriesDue(std::function<void()> listener) = 0;
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_DELIVERY_QUEUE_H_
