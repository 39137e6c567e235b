#ifndef GATEWAY_DELIVERY_BACKOFF_H_
#define GATEWAY_DELIVERY_BACKOFF_H_

#include <cstdint>
#include <random>

#include "absl/time/time.h"
#include "gateway/base/mutex.h"
#include "gateway/delivery/destination.h"

namespace kgw::delivery {

// Chance as an effect, so that tests decide it. Safe from any thread.
class Random {
 public:
  virtual ~Random() = default;
  // Evenly from [0, 1).
  virtual double Draw() = 0;
};

class SeededRandom final : public Random {
 public:
  SeededRandom() : engine_(std::random_device{}()) {}
  explicit SeededRandom(uint32_t seed) : engine_(seed) {}
  double Draw() override;

 private:
  Mutex mutex_;
  std::mt19937 engine_ KGW_GUARDED_BY(mutex_);
};

// The longest a far side can make us wait by asking for it.
inline constexpr absl::Duration kLongestRetryAfter = absl::Hours(24);

// The wait after attempt number `attempt` (from 1): evenly below the doubled ceiling, and on top of
// what the far side asked for (clamped to kLongestRetryAfter).
absl::Duration WaitAfter(int attempt, const Backoff& backoff, absl::Duration retry_after,
                         Random& random);

}  // namespace kgw::delivery

#endif  // GATEWAY_DELIVERY_BACKOFF_H_
