#ifndef GATEWAY_STORE_RULES_ENDS_H_
#define GATEWAY_STORE_RULES_ENDS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/store/store.h"

// What a delivery becomes when an attempt of it ends, a newer version comes or a person lays hands
// on it.
namespace kgw::store {

// What is written of a delivery.
struct DeliveryChange {
  DeliveryState state = DeliveryState::kPending;
  absl::Time due = absl::InfinitePast();
  DeliveryError error;
};

// FAILED_PRECONDITION unless in flight; INVALID_ARGUMENT for an end that is none.
absl::Status CheckEnd(DeliveryState now, const AttemptEnd& end);

// FAILED_PRECONDITION for a token that is not the newest.
absl::Status CheckToken(int64_t newest, int64_t token);

// What an end depends on; each is asked once at most, and only where it matters.
class EndFacts {
 public:
  virtual ~EndFacts() = default;
  // Whether a newer version has made deliveries.
  virtual absl::StatusOr<bool> IsReplaced() = 0;
  // Writes down what the delivery waits for; false, and nothing is written, when something of it is
  // waited for no longer.
  virtual absl::StatusOr<bool> StartWaiting(const std::vector<RecordName>& names) = 0;
};

// The state that an end really leads to.
absl::StatusOr<DeliveryChange> DecideEnd(const AttemptEnd& end, EndFacts& facts);

// How an attempt ends whose process has gone; and one whose unit could not be read at `now`.
AttemptEnd InterruptedEnd();
AttemptEnd UnreadableEnd(const absl::Status& why, absl::Time now);

// A newer version takes its place.
DeliveryChange Replaced();
// What it waited for is there, or will never come.
DeliveryChange LetGo();

// What a person may ask of a delivery.
enum class Hand : uint8_t { kRetry, kCancel, kHold };
// FAILED_PRECONDITION when the state does not allow it.
absl::Status CheckHand(Hand hand, DeliveryState now);
// FAILED_PRECONDITION for the retry of one that a newer version replaced.
absl::Status NoRetryOfReplaced();
DeliveryChange ChangeByHand(Hand hand, std::string_view why);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_RULES_ENDS_H_
