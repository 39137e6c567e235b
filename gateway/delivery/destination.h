#ifndef GATEWAY_DELIVERY_DESTINATION_H_
#define GATEWAY_DELIVERY_DESTINATION_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "gateway/plugin/connector.h"
#include "gateway/privacy/route.h"

namespace kgw::delivery {

// How long to wait after a failure: the ceiling doubles from `initial` to `maximum` and the wait is
// drawn evenly below it, so that a crowd of deliveries does not come back at once.
struct Backoff {
  absl::Duration initial = absl::Seconds(1);
  absl::Duration maximum = absl::Minutes(5);
};

// When a destination that does not answer is left alone.
struct CircuitSettings {
  int failures_to_open = 5;                     // one after the other, of any deliveries
  absl::Duration open_for = absl::Seconds(10);  // the first time; doubles while it stays down
  absl::Duration open_at_most = absl::Minutes(2);
};

// One configured destination, ready to be delivered to. Copied by the engine.
struct DestinationRuntime {
  // What refers to a record that the route does not take does not wait for it, since it will never
  // be there.
  privacy::Route route;
  std::string plugin;  // the folder's name, for people
  // Null when the plug-in was refused or the destination could not be made; `refusal` says why in
  // one sentence. Its deliveries then wait.
  std::shared_ptr<plugin::Connector> connector;
  std::string refusal;
  int in_flight = 4;                           // deliveries at once
  absl::Duration timeout = absl::Seconds(60);  // of one delivery
  int max_attempts = 0;                        // 0: "again later" has no end
  Backoff backoff;
  CircuitSettings circuit;
};

// A destination as it is now; for AdminService, metrics and readiness.
struct DestinationStatus {
  std::string name;
  std::string plugin;
  std::string state;   // "ready", "circuit_open" or "plugin_refused"
  std::string detail;  // a sentence for people; empty when ready
  int in_flight = 0;   // attempts running now
  int consecutive_failures = 0;
  int64_t attempts = 0;  // since the engine was made
  int64_t delivered = 0;
};

}  // namespace kgw::delivery

#endif  // GATEWAY_DELIVERY_DESTINATION_H_
