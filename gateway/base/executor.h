#ifndef GATEWAY_BASE_EXECUTOR_H_
#define GATEWAY_BASE_EXECUTOR_H_

#include <functional>

#include "absl/time/time.h"

namespace kgw {

// Where work runs, as an effect: threads in the gateway, one seeded order and a virtual clock in
// tests. Safe from any thread. A task that is posted runs once, never within the call that posts
// it; tasks run side by side and in no promised order. Whoever posts a task sees to it that what
// the task uses lives until it has run, also when that is after a delay.
class Executor {
 public:
  virtual ~Executor() = default;
  virtual void Post(std::function<void()> task) = 0;
  // Not before `delay` has passed on the monotonic clock.
  virtual void PostAfter(absl::Duration delay, std::function<void()> task) = 0;
};

}  // namespace kgw

#endif  // GATEWAY_BASE_EXECUTOR_H_
