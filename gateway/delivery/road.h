#ifndef GATEWAY_DELIVERY_ROAD_H_
#define GATEWAY_DELIVERY_ROAD_H_

#include <cstdint>
#include <memory>
#include <utility>

#include "gateway/base/clock.h"
#include "gateway/delivery/circuit.h"
#include "gateway/delivery/destination.h"

namespace kgw::delivery {

// A destination and how its deliveries go. Not safe from several threads; the engine guards it.
struct Road {
  explicit Road(std::shared_ptr<const DestinationRuntime> runtime)
      : destination(std::move(runtime)), circuit(destination->circuit) {}

  std::shared_ptr<const DestinationRuntime> destination;
  Circuit circuit;
  int in_flight = 0;
  int64_t attempts = 0;
  int64_t delivered = 0;
};

// For people: how a destination does now.
DestinationStatus StatusOf(const Road& road, const Clock& clock);

}  // namespace kgw::delivery

#endif  // GATEWAY_DELIVERY_ROAD_H_
