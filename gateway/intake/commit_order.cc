#include "gateway/intake/commit_order.h"

#include <utility>

namespace kgw::intake {

void CommitOrder::Pass(uint64_t sequence, std::function<void(bool)> step) {
  MutexLock lock(mutex_);
  waiting_.emplace(sequence, std::move(step));
  if (running_) return;
  running_ = true;
  while (!waiting_.empty() && waiting_.begin()->first == next_) {
    std::function<void(bool)> turn = std::move(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    const bool whole = !broken_;
    lock.Unlock();
    turn(whole);
    turn = nullptr;
    lock.Lock();
    ++next_;
  }
  running_ = false;
}

void CommitOrder::Break() {
  MutexLock lock(mutex_);
  broken_ = true;
}

bool CommitOrder::broken() const {
  MutexLock lock(mutex_);
  return broken_;
}

}  // namespace kgw::intake
