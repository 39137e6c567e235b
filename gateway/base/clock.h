#ifndef GATEWAY_BASE_CLOCK_H_
#define GATEWAY_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace kgw {

// Time as an effect, so that tests move it. Safe from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall-clock time: for people and for what is stored.
  virtual absl::Time Now() const = 0;
  // Never jumps: for time-outs and for waiting. Nanoseconds of CLOCK_MONOTONIC.
  virtual int64_t MonotonicNanos() const = 0;
};

// The machine's own clock; lives for ever.
const Clock& RealClock();

}  // namespace kgw

#endif  // GATEWAY_BASE_CLOCK_H_
