#include "gateway/store/rules/circles.h"

#include <algorithm>
#include <utility>

namespace kgw::store {
namespace {

// What can be reached from some records by what is waited for, and not by way of `start`.
struct Reach {
  bool closed = false;       // all of it is stuck
  bool meets_start = false;  // some of it waits for `start`
  std::vector<Waiter> by;    // the deliveries that wait
};

absl::StatusOr<Reach> Follow(WaitGraph& graph, const Waiter& start, std::vector<int64_t> records) {
  Reach reach;
  for (size_t next = 0; next < records.size(); ++next) {
    const int64_t record = records[next];
    if (record == start.record) {
      reach.meets_start = true;
      continue;
    }
    auto stuck = graph.StuckOf(record);
    if (!stuck.ok()) return stuck.status();
    if (stuck->empty() || reach.by.size() + stuck->size() >= kMostInCircle) return reach;
    for (const int64_t delivery : *stuck) {
      reach.by.push_back({delivery, record});
      auto waits = graph.WaitsOf(delivery);
      if (!waits.ok()) return waits.status();
      for (const int64_t wait : *waits) {
        if (std::find(records.begin(), records.end(), wait) == records.end()) {
          records.push_back(wait);
        }
      }
    }
  }
  reach.closed = true;
  return reach;
}

// Whether a held delivery may go before all that it waits for.
absl::StatusOr<bool> MayGoFirst(WaitGraph& graph, const Waiter& waiter) {
  auto waits = graph.WaitsOf(waiter.delivery);
  if (!waits.ok()) return waits.status();
  for (const int64_t awaited : *waits) {
    auto before = MayGoBefore(graph, waiter, awaited);
    if (!before.ok() || !*before) return before;
  }
  return true;
}

}  // namespace

absl::StatusOr<bool> MayGoBefore(WaitGraph& graph, const Waiter& waiter, int64_t awaited) {
  auto reach = Follow(graph, waiter, {awaited});
  if (!reach.ok()) return reach.status();
  return reach->closed && reach->meets_start &&
         std::all_of(reach->by.begin(), reach->by.end(),
                     [&](const Waiter& other) { return waiter.delivery < other.delivery; });
}

absl::StatusOr<std::optional<Circle>> FindCircle(WaitGraph& graph, const Waiter& held) {
  auto waits = graph.WaitsOf(held.delivery);
  if (!waits.ok()) return waits.status();
  if (waits->empty()) return std::nullopt;
  auto reach = Follow(graph, held, *std::move(waits));
  if (!reach.ok()) return reach.status();
  if (!reach->closed) return std::nullopt;
  std::vector<Waiter> waiters = std::move(reach->by);
  waiters.push_back(held);
  std::sort(waiters.begin(), waiters.end(),
            [](const Waiter& left, const Waiter& right) { return left.delivery < right.delivery; });
  Circle circle;
  for (const Waiter& waiter : waiters) circle.members.push_back(waiter.delivery);
  // Only one that will not be held again when it is claimed, or it would be let go without end.
  for (const Waiter& waiter : waiters) {
    auto first = MayGoFirst(graph, waiter);
    if (!first.ok()) return first.status();
    if (!*first) continue;
    circle.first = waiter.delivery;
    return circle;
  }
  return std::nullopt;
}

}  // namespace kgw::store
