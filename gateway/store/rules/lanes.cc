#include "gateway/store/rules/lanes.h"

#include <algorithm>

namespace kgw::store {
absl::StatusOr<int64_t> AwaitedInLane(LaneGraph& graph, int64_t delivery) {
  std::vector<int64_t> seen = {delivery};
  for (size_t next = 0; next < seen.size() && seen.size() < kLongestChain; ++next) {
    auto awaited = graph.AwaitedBy(seen[next]);
    if (!awaited.ok()) return awaited.status();
    for (const InLane& one : *awaited) {
      if (one.state != DeliveryState::kHeld) return one.delivery;
      if (std::find(seen.begin(), seen.end(), one.delivery) == seen.end()) {
        seen.push_back(one.delivery);
      }
    }
  }
  return seen.back();
}

LaneChange ChangeInLane(DeliveryState from, DeliveryState to, bool head) {
  LaneChange change;
  change.enters = IsOpen(to) && !IsOpen(from);
  change.stays_head = head && IsOpen(to);
  change.stops_waiting = from == DeliveryState::kHeld;
  change.promotes = head && !IsOpen(to);
  const bool woken = to == DeliveryState::kPending && from == DeliveryState::kHeld;
  change.may_pass = change.enters || woken;
  return change;
}

bool TakesLead(int64_t delivery, const std::optional<InLane>& head) {
  if (!head) return true;
  return head->state != DeliveryState::kInFlight && delivery < head->delivery;
}

}  // namespace kgw::store
