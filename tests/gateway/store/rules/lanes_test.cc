#include "gateway/store/rules/lanes.h"

#include <map>

#include "gtest/gtest.h"

namespace kgw::store {
namespace {

constexpr InLane Held(int64_t delivery) { return {delivery, DeliveryState::kHeld}; }

class Lane final : public LaneGraph {
 public:
  explicit Lane(std::map<int64_t, std::vector<InLane>> awaited) : awaited_(std::move(awaited)) {}
  absl::StatusOr<std::vector<InLane>> AwaitedBy(int64_t delivery) override {
    ++asked;
    return awaited_[delivery];
  }
  int asked = 0;

 private:
  std::map<int64_t, std::vector<InLane>> awaited_;
};

TEST(Lanes, OneThatWaitsForNothingInItsLaneLeadsIt) {
  Lane lane({});
  EXPECT_EQ(*AwaitedInLane(lane, 1), 1);
}

TEST(Lanes, WhatIsWaitedForLeadsByWayOfWhatThatWaitsFor) {
  Lane chain({{1, {Held(2)}}, {2, {{3, DeliveryState::kPending}}}});
  EXPECT_EQ(*AwaitedInLane(chain, 1), 3);
  Lane held({{1, {Held(2)}}, {2, {Held(3)}}});
  EXPECT_EQ(*AwaitedInLane(held, 1), 3);
}

TEST(Lanes, ACircleAndALongChainEnd) {
  Lane circle({{1, {Held(2)}}, {2, {Held(1)}}});
  EXPECT_EQ(*AwaitedInLane(circle, 1), 2);
  std::map<int64_t, std::vector<InLane>> chain;
  for (int64_t i = 1; i < 100; ++i) chain[i] = {Held(i + 1)};
  Lane longer(chain);
  EXPECT_EQ(*AwaitedInLane(longer, 1), static_cast<int64_t>(kLongestChain));
  EXPECT_LT(longer.asked, static_cast<int>(kLongestChain));
}

TEST(Lanes, AnEndOfTheHeadPromotesTheNext) {
  const LaneChange change =
      ChangeInLane(DeliveryState::kInFlight, DeliveryState::kDelivered, /*head=*/true);
  EXPECT_TRUE(change.promotes);
  EXPECT_FALSE(change.stays_head);
  EXPECT_FALSE(
      ChangeInLane(DeliveryState::kPending, DeliveryState::kCancelled, /*head=*/false).promotes);
}

TEST(Lanes, AHeadThatIsHeldOrWaitsStaysTheHead) {
  EXPECT_TRUE(ChangeInLane(DeliveryState::kInFlight, DeliveryState::kHeld, true).stays_head);
  EXPECT_TRUE(ChangeInLane(DeliveryState::kInFlight, DeliveryState::kPending, true).stays_head);
}

TEST(Lanes, OneThatIsHeldNoMoreStopsWaitingAndMayPass) {
  const LaneChange woken =
      ChangeInLane(DeliveryState::kHeld, DeliveryState::kPending, /*head=*/false);
  EXPECT_TRUE(woken.stops_waiting);
  EXPECT_TRUE(woken.may_pass);
  EXPECT_FALSE(woken.enters);
  EXPECT_FALSE(ChangeInLane(DeliveryState::kPending, DeliveryState::kHeld, false).may_pass);
}

TEST(Lanes, OneThatOpensAgainStepsInFrontOfAYoungerOneThatIsNotUnderWay) {
  EXPECT_TRUE(ChangeInLane(DeliveryState::kDead, DeliveryState::kPending, false).enters);
  EXPECT_TRUE(TakesLead(3, std::nullopt));
  EXPECT_TRUE(TakesLead(3, InLane{4, DeliveryState::kPending}));
  EXPECT_FALSE(TakesLead(3, InLane{2, DeliveryState::kPending}));
  EXPECT_FALSE(TakesLead(3, InLane{4, DeliveryState::kInFlight}));
}

}  // namespace
}  // namespace kgw::store
