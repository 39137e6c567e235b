#ifndef GATEWAY_INTAKE_INTAKE_H_
#define GATEWAY_INTAKE_INTAKE_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/executor.h"
#include "gateway/base/mutex.h"
#include "gateway/base/record_key.h"
#include "gateway/intake/admission_budget.h"
#include "gateway/intake/commit_order.h"
#include "gateway/intake/observer.h"
#include "gateway/intake/rules.h"
#include "gateway/store/acceptor.h"

namespace kgw::intake {

// What became of a submission that has a place in the ledger.
struct Answer {
  RecordKey key;
  store::Placement result;
};

// One record on its way in.
struct Submission {
  std::string bytes;               // wire form of kap.v1.Record
  AdmissionBudget::Ticket ticket;  // given back when it is answered
  std::string caller;
  absl::Time deadline = absl::InfiniteFuture();
  // Whether the caller has gone; asked until the commit. Empty: never.
  std::function<bool()> cancelled;
  // Of a stream: its order and this record's place in it.
  std::shared_ptr<CommitOrder> order;
  uint64_t sequence = 0;
  // Called exactly once, from any thread, with nothing locked. Must return quickly.
  std::function<void(absl::StatusOr<Answer>)> done;
};

// Whether the answer is the last word on a record: sending the same again changes nothing.
bool IsFinal(const absl::Status& status);

// Takes records from bytes to their durable place: decode, check the caller's rights, look for a
// duplicate, map, commit. Tasks on the executor, at most Options::tasks at once, take what has
// waited in batches. Answers by:
//   INVALID_ARGUMENT    does not decode, or over a cap; with field violations
//   PERMISSION_DENIED   another's tenant or source
//   ALREADY_EXISTS      other content under a known version
//   DEADLINE_EXCEEDED, CANCELLED   before the commit; nothing kept
//   UNAVAILABLE, RESOURCE_EXHAUSTED   draining, or the store has no room; with a delay
// Anything else is an Answer. Safe from any thread; all it is given must outlive it.
class Intake {
 public:
  struct Options {
    int tasks = 2;  // that map at once
    int max_batch = 16;
    size_t max_batch_bytes = size_t{1} << 20;
  };

  // What an intake works with; outlives it.
  struct Parts {
    Executor& executor;
    const Clock& clock;
    const RulesBoard& rules;
    store::Acceptor& store;
    Observer& observer;
  };

  Intake(const Parts& parts, Options options);
  // Answers what was accepted first.
  ~Intake();
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  // Never blocks.
  void Submit(Submission submission);
  // From now on everything new is answered UNAVAILABLE.
  void StopAccepting();
  // Waits until everything accepted is answered. False when the time is over before that.
  bool WaitUntilAnswered(absl::Duration timeout);
  int64_t unanswered() const;

 private:
  struct Item;
  using Batch = std::vector<std::shared_ptr<Item>>;

  // One batch; posts itself again while something waits.
  void Run();
  Batch NextBatch() KGW_REQUIRES(mutex_);
  void Handle(const Batch& batch);
  // Decodes, checks rights, looks for the key in the store. OK with `stored` set where it is known.
  absl::Status Prepare(Item& item, const Rules& rules);
  void MapAndCommit(const Batch& batch, const Rules& rules);
  // Both in the record's turn, where it belongs to a stream.
  void Commit(const std::shared_ptr<Item>& item);
  void Refuse(const std::shared_ptr<Item>& item, absl::Status status);
  void CommitNow(const std::shared_ptr<Item>& item, bool whole);
  void Finish(Item& item, absl::StatusOr<Answer> answer);
  absl::Status GoneOrLate(const Item& item) const;

  const Parts parts_;
  const Options options_;

  mutable Mutex mutex_;
  ConditionVariable changed_;
  std::deque<std::shared_ptr<Item>> queue_ KGW_GUARDED_BY(mutex_);
  int64_t unanswered_ KGW_GUARDED_BY(mutex_) = 0;
  int running_ KGW_GUARDED_BY(mutex_) = 0;  // tasks posted or running
  bool accepting_ KGW_GUARDED_BY(mutex_) = true;
};

}  // namespace kgw::intake

#endif  // GATEWAY_INTAKE_INTAKE_H_
