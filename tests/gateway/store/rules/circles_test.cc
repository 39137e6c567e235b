#include "gateway/store/rules/circles.h"

#include <map>

#include "gtest/gtest.h"

namespace kgw::store {
namespace {

// Records and their deliveries carry the same number: delivery 3 is record 3's only one.
class Graph final : public WaitGraph {
 public:
  explicit Graph(std::map<int64_t, std::vector<int64_t>> waits) : waits_(std::move(waits)) {}

  absl::StatusOr<std::vector<int64_t>> WaitsOf(int64_t delivery) override {
    if (delivery == broken) return absl::UnavailableError("disk");
    const auto found = waits_.find(delivery);
    return found == waits_.end() ? std::vector<int64_t>() : found->second;
  }
  absl::StatusOr<std::vector<int64_t>> StuckOf(int64_t record) override {
    if (waits_.count(record) == 0) return std::vector<int64_t>();
    return std::vector<int64_t>{record};
  }

  int64_t broken = -1;

 private:
  std::map<int64_t, std::vector<int64_t>> waits_;
};

TEST(Circles, TheOldestOfTwoThatWaitForEachOtherGoesFirst) {
  Graph graph({{1, {2}}, {2, {1}}});
  const auto circle = FindCircle(graph, {2, 2});
  ASSERT_TRUE(circle.ok() && circle->has_value());
  EXPECT_EQ((*circle)->first, 1);
  EXPECT_EQ((*circle)->members, (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(*MayGoBefore(graph, {1, 1}, 2), true);
  EXPECT_EQ(*MayGoBefore(graph, {2, 2}, 1), false);
}

TEST(Circles, OneThatIsNotHereOrNotStuckKeepsACircleOpen) {
  Graph absent({{1, {2, 0}}, {2, {1}}});
  EXPECT_FALSE(FindCircle(absent, {2, 2})->has_value());
  Graph moving({{1, {2, 3}}, {2, {1}}});  // nothing holds record 3
  EXPECT_FALSE(FindCircle(moving, {2, 2})->has_value());
}

TEST(Circles, AChainIsNoCircle) {
  Graph graph({{1, {2}}, {2, {3}}});
  EXPECT_FALSE(FindCircle(graph, {1, 1})->has_value());
}

TEST(Circles, WhatHangsOnACircleIsNotItsFirst) {
  Graph graph({{1, {2}}, {2, {3}}, {3, {2}}});
  const auto circle = FindCircle(graph, {1, 1});
  ASSERT_TRUE(circle.ok() && circle->has_value());
  EXPECT_EQ((*circle)->first, 2);
}

std::map<int64_t, std::vector<int64_t>> Ring(int64_t size) {
  std::map<int64_t, std::vector<int64_t>> waits;
  for (int64_t i = 1; i <= size; ++i) waits[i] = {i % size + 1};
  return waits;
}

TEST(Circles, LargeOnesAreNotLookedFor) {
  Graph most(Ring(static_cast<int64_t>(kMostInCircle)));
  EXPECT_TRUE(FindCircle(most, {1, 1})->has_value());
  Graph more(Ring(static_cast<int64_t>(kMostInCircle) + 1));
  EXPECT_FALSE(FindCircle(more, {1, 1})->has_value());
}

TEST(Circles, AFailureIsNoAnswer) {
  Graph graph({{1, {2}}, {2, {1}}});
  graph.broken = 1;
  EXPECT_TRUE(absl::IsUnavailable(FindCircle(graph, {2, 2}).status()));
}

}  // namespace
}  // namespace kgw::store
