#include "gateway/intake/commit_order.h"

#include <utility>

namespace kgw::intake {

void CommitOrder::Pass(uint64_t sequence, std::function<void(bool)> step) {
  std::unique_lock lock(mutex_);
  waiting_.emplace(sequence, std::move(step));
  if (running_) return;
  running_ = true;
  while (!waiting_.empty() && waiting_.begin()->first == next_) {
    std::function<void(bool)> turn = std::move(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    const bool whole = !broken_;
    lock.unlock();
    turn(whole);
    turn = nullptr;
    lock.lock();
    ++next_;
  }
  running_ = false;
}

void CommitOrder::Break() {
  std::lock_guard lock(mutex_);
  broken_ = true;
}

bool CommitOrder::broken() const {
  std::lock_guard lock(mutex_);
  return broken_;
}

}  // namespace kgw::intake
