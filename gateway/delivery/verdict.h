#ifndef GATEWAY_DELIVERY_VERDICT_H_
#define GATEWAY_DELIVERY_VERDICT_H_

#include "absl/time/time.h"
#include "gateway/delivery/backoff.h"
#include "gateway/delivery/destination.h"
#include "gateway/delivery/journal.h"
#include "gateway/plugin/connector.h"
#include "gateway/store/store.h"

namespace kgw::delivery {

// A connector that says OK and leaves entries without a result, or that cannot make sense of the
// far side, is tried so often in a row before the delivery is dead: neither "again later" nor
// "wrong" is proven, and endless would hide it.
inline constexpr int kProtocolAttempts = 10;

// What the far side's silence or answer means for the circuit breaker.
enum class Answered : uint8_t { kYes, kNo, kAskedToWait };

struct Verdict {
  store::AttemptEnd end;
  Answered answered = Answered::kYes;
  absl::Duration wait;  // for kPending; the far side's wish for kAskedToWait
};

// Turns what a connector returned and emitted into the delivery's next state. `last` is how the
// attempt before ended.
Verdict Judge(const plugin::CallResult& result, const Journal& journal,
              const store::DeliveryError& last, const DestinationRuntime& destination,
              absl::Time now, Random& random);

}  // namespace kgw::delivery

#endif  // GATEWAY_DELIVERY_VERDICT_H_
