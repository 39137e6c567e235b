#include "gateway/server/admission_budget.h"

#include <vector>

namespace kgw::server {

void AdmissionBudget::Ticket::Release() {
  if (budget_ != nullptr) std::exchange(budget_, nullptr)->GiveBack(bytes_);
}

std::optional<AdmissionBudget::Ticket> AdmissionBudget::Take(uint64_t record_bytes) {
  const uint64_t bytes = record_bytes + kOverhead;
  std::lock_guard lock(mutex_);
  if (!waiters_.empty() || bytes > bytes_ - in_use_) return std::nullopt;
  in_use_ += bytes;
  return Ticket(this, bytes);
}

bool AdmissionBudget::TakeWhenFree(uint64_t record_bytes, std::function<void(Ticket)> ready) {
  const uint64_t bytes = record_bytes + kOverhead;
  if (bytes > bytes_) return false;
  {
    std::lock_guard lock(mutex_);
    if (!waiters_.empty() || bytes > bytes_ - in_use_) {
      waiters_.push_back({bytes, std::move(ready)});
      return true;
    }
    in_use_ += bytes;
  }
  ready(Ticket(this, bytes));
  return true;
}

uint64_t AdmissionBudget::in_use() const {
  std::lock_guard lock(mutex_);
  return in_use_;
}

void AdmissionBudget::GiveBack(uint64_t bytes) {
  std::vector<Waiter> served;
  {
    std::lock_guard lock(mutex_);
    in_use_ -= bytes;
    while (!waiters_.empty() && waiters_.front().bytes <= bytes_ - in_use_) {
      in_use_ += waiters_.front().bytes;
      served.push_back(std::move(waiters_.front()));
      waiters_.pop_front();
    }
  }
  for (Waiter& waiter : served) waiter.ready(Ticket(this, waiter.bytes));
}

}  // namespace kgw::server
