#include "gateway/delivery/egress.h"

#include "absl/strings/str_cat.h"

namespace kgw::delivery {

EgressVerdict DefaultEgress::MayLeave(const store::Unit& unit,
                                      const DestinationRuntime& destination) const {
  if (unit.test_data && destination.production) {
    return {false, absl::StrCat("test data may not go to ", destination.name,
                                ", which is a production system")};
  }
  if (destination.purpose != "TREAT") {
    return {false, absl::StrCat("nothing may leave for purpose ", destination.purpose,
                                ": only TREAT is allowed")};
  }
  return {};
}

}  // namespace kgw::delivery
