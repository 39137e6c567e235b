#ifndef GATEWAY_STORE_RULES_LANES_H_
#define GATEWAY_STORE_RULES_LANES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/store/store.h"

// A lane's head is its oldest delivery that has not ended, or what that one waits for in the same
// lane. What is in flight is always a head.
namespace kgw::store {

// Longer chains of deliveries that wait for each other are not followed to their end.
inline constexpr size_t kLongestChain = 16;

// A delivery of a lane. An older one has a lower number.
struct InLane {
  int64_t delivery = 0;
  DeliveryState state = DeliveryState::kPending;
};

// Who waits for whom within one lane.
class LaneGraph {
 public:
  virtual ~LaneGraph() = default;
  // The deliveries of the lane, not ended, of records that this one waits for; by age.
  virtual absl::StatusOr<std::vector<InLane>> AwaitedBy(int64_t delivery) = 0;
};

// What a delivery waits for in its own lane, by way of what that waits for: one that is not held
// itself where there is one, else the last that was found; the delivery itself when there is none.
absl::StatusOr<int64_t> AwaitedInLane(LaneGraph& graph, int64_t delivery);

// What a change of a delivery's state means for its lane.
struct LaneChange {
  bool enters = false;  // it opens again: TakesLead says whether it becomes the head
  bool stays_head = false;
  bool stops_waiting = false;  // its rows of what it waits for go
  bool promotes = false;       // it leaves the lead: the lane's next head is looked for
  bool may_pass = false;       // unless it is the head, a head that waits for it lets it pass
};
LaneChange ChangeInLane(DeliveryState from, DeliveryState to, bool head);

// Whether a delivery that opens again leads a lane with this head: it steps in front of a younger
// one that is not under way.
bool TakesLead(int64_t delivery, const std::optional<InLane>& head);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_RULES_LANES_H_
