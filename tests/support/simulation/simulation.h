#ifndef TESTS_SUPPORT_SIMULATION_SIMULATION_H_
#define TESTS_SUPPORT_SIMULATION_SIMULATION_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/executor.h"
#include "gateway/base/strings.h"

namespace kgw::test {

// One thread, one seed, a clock that moves only when nothing is left to do: an executor and a clock
// under which the same seed gives the same run. Of the tasks that are ready the seed picks the
// next, so that many seeds try many orders. Used by one thread.
class Simulation final : public Executor, public Clock {
 public:
  explicit Simulation(uint32_t seed) : random_(seed) {}

  void Post(std::function<void()> task) override { ready_.push_back(std::move(task)); }
  void PostAfter(absl::Duration delay, std::function<void()> task) override {
    const absl::Duration wait = std::max(delay, absl::ZeroDuration());
    delayed_.emplace(std::make_pair(nanos_ + absl::ToInt64Nanoseconds(wait), posted_++),
                     std::move(task));
  }
  absl::Time Now() const override { return kBegin + absl::Nanoseconds(nanos_); }
  int64_t MonotonicNanos() const override { return nanos_; }

  // Time passes within a task, as in a call that takes long.
  void Pass(absl::Duration time) { nanos_ += absl::ToInt64Nanoseconds(time); }

  // From 0 to below `below`.
  uint32_t Draw(uint32_t below) { return static_cast<uint32_t>(random_() % below); }
  bool OneIn(uint32_t times) { return Draw(times) == 0; }
  absl::Duration DrawDelay(absl::Duration most) {
    return absl::Nanoseconds(static_cast<int64_t>(random_()) %
                             (absl::ToInt64Nanoseconds(most) + 1));
  }

  // Runs tasks until `done`, or until none is left, or `most` of them have run. Whether it is done.
  bool RunUntil(const std::function<bool()>& done, size_t most = 200'000) {
    for (size_t step = 0; step < most; ++step) {
      if (done()) return true;
      if (!Step()) return done();
    }
    return false;
  }

  // What happened, a line each with its time; the same for the same seed.
  void Note(std::string_view what) { StrAppend(&trace_, nanos_, " ", what, "\n"); }
  const std::string& trace() const { return trace_; }

 private:
  bool Step() {
    MoveDue();
    if (ready_.empty()) {
      if (delayed_.empty()) return false;
      nanos_ = std::max(nanos_, delayed_.begin()->first.first);
      MoveDue();
    }
    const size_t pick = Draw(static_cast<uint32_t>(ready_.size()));
    std::function<void()> task = std::move(ready_[pick]);
    ready_.erase(ready_.begin() + static_cast<ptrdiff_t>(pick));
    task();
    return true;
  }
  void MoveDue() {
    while (!delayed_.empty() && delayed_.begin()->first.first <= nanos_) {
      ready_.push_back(std::move(delayed_.begin()->second));
      delayed_.erase(delayed_.begin());
    }
  }

  static constexpr absl::Time kBegin = absl::FromUnixSeconds(1'780'000'000);

  std::mt19937 random_;
  int64_t nanos_ = 1'000'000'000;
  uint64_t posted_ = 0;
  std::vector<std::function<void()>> ready_;
  std::map<std::pair<int64_t, uint64_t>, std::function<void()>> delayed_;
  std::string trace_;
};

}  // namespace kgw::test

#endif  // TESTS_SUPPORT_SIMULATION_SIMULATION_H_
