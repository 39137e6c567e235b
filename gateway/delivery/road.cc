#include "gateway/delivery/road.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace kgw::delivery {

DestinationStatus StatusOf(const Road& road, const Clock& clock) {
  const DestinationRuntime& destination = *road.destination;
  DestinationStatus status;
  status.name = destination.route.name;
  status.plugin = destination.plugin;
  status.state = "ready";
  status.in_flight = road.in_flight;
  status.consecutive_failures = road.circuit.consecutive_failures();
  status.attempts = road.attempts;
  status.delivered = road.delivered;
  const absl::Duration left =
      std::max(absl::Nanoseconds(road.circuit.closed_until() - clock.MonotonicNanos()),
               absl::ZeroDuration());
  const std::string until =
      absl::FormatTime(absl::RFC3339_sec, clock.Now() + left, absl::UTCTimeZone());
  if (destination.connector == nullptr) {
    status.state = "plugin_refused";
    status.detail = absl::StrCat("its deliveries wait: ", destination.refusal);
  } else if (road.circuit.open()) {
    status.state = "circuit_open";
    status.detail = absl::StrCat("did not answer ", road.circuit.consecutive_failures(),
                                 " times; tried again at ", until);
  } else if (left > absl::ZeroDuration()) {
    status.state = "circuit_open";
    status.detail = absl::StrCat("asked to be left alone; tried again at ", until);
  }
  return status;
}

}  // namespace kgw::delivery
