#include "gateway/delivery/backoff.h"

#include <algorithm>

namespace kgw::delivery {

double SeededRandom::Draw() {
  MutexLock lock(mutex_);
  return std::uniform_real_distribution<double>(0.0, 1.0)(engine_);
}

absl::Duration WaitAfter(int attempt, const Backoff& backoff, absl::Duration retry_after,
                         Random& random) {
  absl::Duration ceiling = std::max(backoff.initial, absl::Milliseconds(1));
  for (int i = 1; i < attempt && ceiling < backoff.maximum; ++i) ceiling *= 2;
  ceiling = std::min(ceiling, std::max(backoff.maximum, absl::Milliseconds(1)));
  const absl::Duration asked = std::clamp(retry_after, absl::ZeroDuration(), kLongestRetryAfter);
  return asked + ceiling * random.Draw();
}

}  // namespace kgw::delivery
