#ifndef GATEWAY_DELIVERY_ATTEMPT_H_
#define GATEWAY_DELIVERY_ATTEMPT_H_

#include "gateway/base/clock.h"
#include "gateway/delivery/backoff.h"
#include "gateway/delivery/destination.h"
#include "gateway/delivery/verdict.h"
#include "gateway/store/store.h"

namespace kgw::delivery {

struct AttemptResult {
  Verdict verdict;
  bool called = false;  // the connector was asked
};

// One attempt at one claimed unit: may it still leave, does it wait for another record, else the
// connector. Does not end the attempt in the store; whoever claimed it does.
AttemptResult Attempt(const store::Unit& unit, const DestinationRuntime& destination,
                      store::DeliveryQueue& queue, const Clock& clock, Random& random);

}  // namespace kgw::delivery

#endif  // GATEWAY_DELIVERY_ATTEMPT_H_
