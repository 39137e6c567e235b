#ifndef GATEWAY_DELIVERY_OBSERVER_H_
#define GATEWAY_DELIVERY_OBSERVER_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/store/store.h"

namespace kgw::delivery {

// One attempt that has ended. Holds nothing about a patient.
struct AttemptReport {
  std::string_view destination;
  store::DeliveryState state = store::DeliveryState::kDelivered;
  std::string_view error_class;  // empty when delivered
  int attempt = 1;
  size_t entries = 0;
  absl::Duration took;  // with journalling
  bool called = false;  // whether the connector was called at all
};

// Where the engine tells what happens, for metrics and logs. Called from the engine's threads;
// must return quickly.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void OnAttempt(const AttemptReport& /*report*/) {}
  // `open` is false when it has closed again.
  virtual void OnCircuit(std::string_view /*destination*/, bool /*open*/,
                         std::string_view /*detail*/) {}
  // The store refused something; the engine goes on trying.
  virtual void OnTrouble(std::string_view /*destination*/, const absl::Status& /*status*/) {}
};

}  // namespace kgw::delivery

#endif  // GATEWAY_DELIVERY_OBSERVER_H_
