#ifndef GATEWAY_STORE_OPERATOR_HAND_H_
#define GATEWAY_STORE_OPERATOR_HAND_H_

#include <string_view>

#include "absl/status/status.h"
#include "gateway/store/unit.h"

namespace kgw::store {

// What a person may do to a delivery. FAILED_PRECONDITION when the state does not allow it. Safe
// from any thread; durable on return.
class OperatorHand {
 public:
  virtual ~OperatorHand() = default;

  // Held, dead or pending becomes pending and due now, unless a newer version replaced it.
  virtual absl::Status RetryDelivery(const DeliveryKey& key, std::string_view why) = 0;
  // Pending, held or dead becomes cancelled; what waits for it goes on without it, unless it is of
  // a patient.
  virtual absl::Status CancelDelivery(const DeliveryKey& key, std::string_view why) = 0;
  // Pending becomes held.
  virtual absl::Status HoldDelivery(const DeliveryKey& key, std::string_view why) = 0;
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_OPERATOR_HAND_H_
