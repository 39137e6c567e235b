#ifndef GATEWAY_DELIVERY_EGRESS_H_
#define GATEWAY_DELIVERY_EGRESS_H_

#include <string>

#include "gateway/delivery/destination.h"
#include "gateway/store/store.h"

namespace kgw::delivery {

// Whether something may leave; `why` names the rule when it may not.
struct EgressVerdict {
  bool leaves = true;
  std::string why;
};

// Asked before each attempt, because what was allowed when a record came in may no longer be.
// Safe from any thread; must not block.
class Egress {
 public:
  virtual ~Egress() = default;
  virtual EgressVerdict MayLeave(const store::Unit& unit,
                                 const DestinationRuntime& destination) const = 0;
};

// The rules that hold with no privacy rules configured: test data never goes to a production
// system, and nothing goes anywhere for a purpose other than treatment.
class DefaultEgress final : public Egress {
 public:
  EgressVerdict MayLeave(const store::Unit& unit,
                         const DestinationRuntime& destination) const override;
};

}  // namespace kgw::delivery

#endif  // GATEWAY_DELIVERY_EGRESS_H_
