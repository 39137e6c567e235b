#include "gateway/intake/admission_budget.h"

#include <algorithm>

#include "gateway/base/violation.h"

namespace kgw::intake {
namespace {

constexpr absl::Duration kComeBack = absl::Seconds(1);

absl::Status ShareIsFull() {
  return RetryLater(absl::StatusCode::kResourceExhausted,
                    "this caller has as many bytes of unanswered records here as "
                    "limits.admission_percent_per_caller allows: send again after the delay",
                    kComeBack);
}

absl::Status NeverFits() {
  return InvalidFields({{"", "is larger than limits.admission_bytes has room for"}});
}

absl::Status AllIsFull() {
  return RetryLater(absl::StatusCode::kResourceExhausted,
                    "the gateway holds as many bytes of unanswered records as "
                    "limits.admission_bytes allows: send again after the delay",
                    kComeBack);
}

}  // namespace

void AdmissionBudget::Ticket::Release() {
  if (budget_ != nullptr) std::exchange(budget_, nullptr)->GiveBack(*caller_, bytes_);
}

AdmissionBudget::AdmissionBudget(uint64_t bytes, uint64_t caller_bytes)
    : bytes_(bytes), caller_bytes_(std::min(bytes, caller_bytes)) {}

absl::StatusOr<AdmissionBudget::Ticket> AdmissionBudget::Take(std::string_view caller,
                                                              uint64_t record_bytes) {
  const uint64_t bytes = record_bytes + kOverhead;
  if (bytes > bytes_) return NeverFits();
  MutexLock lock(mutex_);
  Caller& own = CallerNamed(caller);
  if (!own.waiters.empty() || !InShare(own, bytes)) {
    ++refused_of_caller_;
    return ShareIsFull();
  }
  if (!Fits(bytes) || SomebodysTurn()) {
    ++refused_of_all_;
    return AllIsFull();
  }
  Count(own, bytes);
  return Ticket(this, &own, bytes);
}

bool AdmissionBudget::TakeWhenFree(std::string_view caller, uint64_t record_bytes,
                                   std::function<void(Ticket)> ready) {
  const uint64_t bytes = record_bytes + kOverhead;
  if (bytes > bytes_) return false;
  Caller* own = nullptr;
  {
    MutexLock lock(mutex_);
    own = &CallerNamed(caller);
    if (!own->waiters.empty() || !InShare(*own, bytes) || !Fits(bytes) || SomebodysTurn()) {
      if (own->waiters.empty()) turns_.push_back(own);
      own->waiters.push_back({bytes, std::move(ready)});
      return true;
    }
    Count(*own, bytes);
  }
  ready(Ticket(this, own, bytes));
  return true;
}

void AdmissionBudget::SetCallerBytes(uint64_t caller_bytes) {
  {
    MutexLock lock(mutex_);
    caller_bytes_ = std::min(bytes_, caller_bytes);
    ServeInTurn();
  }
  TellServed();
}

uint64_t AdmissionBudget::in_use() const {
  MutexLock lock(mutex_);
  return in_use_;
}

uint64_t AdmissionBudget::refused_of_caller() const {
  MutexLock lock(mutex_);
  return refused_of_caller_;
}

uint64_t AdmissionBudget::refused_of_all() const {
  MutexLock lock(mutex_);
  return refused_of_all_;
}

AdmissionBudget::Caller& AdmissionBudget::CallerNamed(std::string_view name) {
  auto found = callers_.find(name);
  if (found == callers_.end()) found = callers_.emplace(std::string(name), Caller{}).first;
  return found->second;
}

// A caller that holds nothing may always hold one record: its share may have shrunk since.
bool AdmissionBudget::InShare(const Caller& caller, uint64_t bytes) const {
  return caller.in_use == 0 || caller.in_use + bytes <= caller_bytes_;
}

bool AdmissionBudget::SomebodysTurn() const {
  return std::any_of(turns_.begin(), turns_.end(),
                     [this](const Caller* caller) KGW_REQUIRES(mutex_) {
                       return InShare(*caller, caller->waiters.front().bytes);
                     });
}

void AdmissionBudget::Count(Caller& caller, uint64_t bytes) {
  caller.in_use += bytes;
  in_use_ += bytes;
}

// Whoever's turn it is gets the next room that suffices, so that many small records never keep a
// large one waiting; who waits for its own share does not hold up the others.
void AdmissionBudget::ServeInTurn() {
  for (size_t passed = 0; passed < turns_.size();) {
    Caller* caller = turns_[passed];
    Waiter& waiter = caller->waiters.front();
    if (!InShare(*caller, waiter.bytes)) {
      ++passed;
      continue;
    }
    if (!Fits(waiter.bytes)) break;
    Count(*caller, waiter.bytes);
    served_.push_back({caller, std::move(waiter)});
    caller->waiters.pop_front();
    turns_.erase(turns_.begin() + static_cast<ptrdiff_t>(passed));
    if (!caller->waiters.empty()) turns_.push_back(caller);
  }
}

void AdmissionBudget::GiveBack(Caller& caller, uint64_t bytes) {
  {
    MutexLock lock(mutex_);
    caller.in_use -= bytes;
    in_use_ -= bytes;
    if (turns_.empty()) return;
    ServeInTurn();
  }
  TellServed();
}

// While the gateway drains, each that is told gives its room back at once, which serves the next:
// told from within, they would stand on the stack one above the other.
void AdmissionBudget::TellServed() {
  MutexLock lock(mutex_);
  if (telling_) return;
  telling_ = true;
  while (!served_.empty()) {
    Served next = std::move(served_.front());
    served_.pop_front();
    lock.Unlock();
    next.waiter.ready(Ticket(this, next.caller, next.waiter.bytes));
    next.waiter.ready = nullptr;
    lock.Lock();
  }
  telling_ = false;
}

}  // namespace kgw::intake
