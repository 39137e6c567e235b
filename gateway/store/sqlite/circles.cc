#include "gateway/store/sqlite/circles.h"

#include <algorithm>
#include <utility>

namespace kgw::store {
namespace {

// What can be reached from some records by what is waited for, and not by way of `start`.
struct Reach {
  bool closed = false;         // all of it is stuck
  bool meets_start = false;    // some of it waits for `start`
  std::vector<CircleSpot> by;  // the deliveries that wait
};

// The records that a delivery waits for; 0 is one that is not here.
absl::StatusOr<std::vector<int64_t>> WaitsOf(Database& database, int64_t delivery) {
  std::vector<int64_t> names;
  Query find(database,
             "SELECT n.id FROM wait w LEFT JOIN name n ON n.source = w.source AND n.type = w.type "
             "AND n.ext = w.ext WHERE w.delivery = ?");
  find.With(delivery);
  while (find.Step()) names.push_back(find.Int(0));
  if (!find.status().ok()) return find.status();
  return names;
}

// The deliveries of a record that are held for others; none when the record is not stuck.
absl::StatusOr<std::vector<CircleSpot>> Stuck(Database& database, int64_t name, int64_t dest) {
  std::vector<CircleSpot> held;
  Query find(database,
             "SELECT d.id, d.state = 2 AND EXISTS(SELECT 1 FROM wait w WHERE w.delivery = d.id) "
             "FROM delivery d WHERE d.name = ? AND d.dest = ? AND d.state < 3");
  find.With(name, dest);
  while (find.Step()) {
    if (find.Int(1) == 0) return std::vector<CircleSpot>();
    held.push_back({find.Int(0), name, dest});
  }
  if (!find.status().ok()) return find.status();
  return held;
}

absl::StatusOr<Reach> Follow(Database& database, const CircleSpot& start,
                             std::vector<int64_t> names) {
  Reach reach;
  for (size_t next = 0; next < names.size(); ++next) {
    const int64_t name = names[next];
    if (name == start.name) {
      reach.meets_start = true;
      continue;
    }
    auto stuck = Stuck(database, name, start.dest);
    if (!stuck.ok()) return stuck.status();
    if (stuck->empty() || reach.by.size() + stuck->size() >= kMostInCircle) return reach;
    for (const CircleSpot& spot : *stuck) {
      reach.by.push_back(spot);
      auto waits = WaitsOf(database, spot.delivery);
      if (!waits.ok()) return waits.status();
      for (const int64_t wait : *waits) {
        if (std::find(names.begin(), names.end(), wait) == names.end()) names.push_back(wait);
      }
    }
  }
  reach.closed = true;
  return reach;
}

// Whether a held delivery may go before all that it waits for.
absl::StatusOr<bool> MayGoFirst(Database& database, const CircleSpot& spot) {
  auto waits = WaitsOf(database, spot.delivery);
  if (!waits.ok()) return waits.status();
  for (const int64_t awaited : *waits) {
    auto before = MayGoBefore(database, spot, awaited);
    if (!before.ok() || !*before) return before;
  }
  return true;
}

}  // namespace

absl::StatusOr<bool> MayGoBefore(Database& database, const CircleSpot& spot, int64_t awaited) {
  auto reach = Follow(database, spot, {awaited});
  if (!reach.ok()) return reach.status();
  return reach->closed && reach->meets_start &&
         std::all_of(reach->by.begin(), reach->by.end(),
                     [&](const CircleSpot& other) { return spot.delivery < other.delivery; });
}

absl::StatusOr<std::optional<Circle>> FindCircle(Database& database, const CircleSpot& held) {
  auto waits = WaitsOf(database, held.delivery);
  if (!waits.ok()) return waits.status();
  if (waits->empty()) return std::nullopt;
  auto reach = Follow(database, held, *std::move(waits));
  if (!reach.ok()) return reach.status();
  if (!reach->closed) return std::nullopt;
  std::vector<CircleSpot> spots = std::move(reach->by);
  spots.push_back(held);
  std::sort(spots.begin(), spots.end(), [](const CircleSpot& left, const CircleSpot& right) {
    return left.delivery < right.delivery;
  });
  Circle circle;
  for (const CircleSpot& spot : spots) circle.members.push_back(spot.delivery);
  // Only one that will not be held again when it is claimed, or it would be let go without end.
  for (const CircleSpot& spot : spots) {
    auto first = MayGoFirst(database, spot);
    if (!first.ok()) return first.status();
    if (!*first) continue;
    circle.first = spot.delivery;
    return circle;
  }
  return std::nullopt;
}

}  // namespace kgw::store
