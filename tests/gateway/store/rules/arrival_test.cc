#include "gateway/store/rules/arrival.h"

#include "gtest/gtest.h"

namespace kgw::store {
namespace {

class Facts final : public ArrivalFacts {
 public:
  absl::StatusOr<bool> IsPlaced() override { return placed; }
  absl::StatusOr<std::optional<NewestDelivery>> Newest() override { return newest; }
  absl::StatusOr<std::string> Type() override { return type; }

  bool placed = false;
  std::optional<NewestDelivery> newest;
  std::string type = "Session";
};

Arrival Of(DeliveryState state, ErrorClass error_class = ErrorClass::kNone,
           std::string type = "Session") {
  Facts facts;
  facts.newest = NewestDelivery{state, error_class};
  facts.type = std::move(type);
  return *ArrivalOf(facts);
}

TEST(Arrivals, WhatWasPlacedIsThereWhateverCameLater) {
  Facts facts;
  facts.placed = true;
  facts.newest = NewestDelivery{DeliveryState::kWithheld, ErrorClass::kNone};
  EXPECT_EQ(*ArrivalOf(facts), Arrival::kThere);
}

TEST(Arrivals, WhatWasNeverSentOrMayBeTriedAgainMayCome) {
  Facts none;
  EXPECT_EQ(*ArrivalOf(none), Arrival::kMayCome);
  for (const DeliveryState state : {DeliveryState::kPending, DeliveryState::kInFlight,
                                    DeliveryState::kHeld, DeliveryState::kDead}) {
    EXPECT_EQ(Of(state), Arrival::kMayCome) << NameOf(state);
  }
}

TEST(Arrivals, WhatARuleOrAPersonDecidedNeverComes) {
  EXPECT_EQ(Of(DeliveryState::kUnsupported), Arrival::kNever);
  EXPECT_EQ(Of(DeliveryState::kWithheld), Arrival::kNever);
  EXPECT_EQ(Of(DeliveryState::kCancelled, ErrorClass::kCancelled), Arrival::kNever);
  EXPECT_EQ(Of(DeliveryState::kCancelled, ErrorClass::kReplaced), Arrival::kMayCome);
  EXPECT_EQ(Of(DeliveryState::kCancelled, ErrorClass::kCancelled, "Patient"), Arrival::kMayCome);
}

TEST(WaitingText, NamesThreeAndCountsTheOthers) {
  std::vector<Awaited> all;
  for (const char* id : {"1", "2", "3", "4", "5"}) {
    all.push_back(NoteDelivery("Session", id, {DeliveryState::kPending, ErrorClass::kNone}));
  }
  EXPECT_EQ(WaitingText(all),
            "waits for Session 1 (on its way), Session 2 (on its way), Session 3 (on its way) and "
            "2 more");
  EXPECT_EQ(WaitingText({}), "");
}

TEST(WaitingText, WhatSomebodyMustSeeToComesFirst) {
  EXPECT_EQ(
      WaitingText({NoteDelivery("Session", "1", {DeliveryState::kHeld, ErrorClass::kWaiting}),
                   NoteDelivery("Patient", "2", {DeliveryState::kDead, ErrorClass::kRejected})}),
      "waits for Patient 2 (dead, rejected: retry it, or send a new version of it), "
      "Session 1 (waits for another record itself)");
}

TEST(WaitingText, SaysOfEachStateWhatAPersonCanDo) {
  const auto of = [](DeliveryState state, ErrorClass error_class) {
    return NoteDelivery("Session", "1", {state, error_class}).note;
  };
  EXPECT_EQ(of(DeliveryState::kDead, ErrorClass::kNone),
            "dead: retry it, or cancel it to go on without it");
  EXPECT_EQ(of(DeliveryState::kHeld, ErrorClass::kRejected),
            "held, rejected: put it right and retry it");
  EXPECT_EQ(of(DeliveryState::kCancelled, ErrorClass::kCancelled),
            "cancelled: send a new version of it, or cancel this delivery too");
  EXPECT_EQ(of(DeliveryState::kInFlight, ErrorClass::kTimeout), "on its way, timeout");
  EXPECT_EQ(of(DeliveryState::kDelivered, ErrorClass::kNone),
            "delivered: retry this delivery to go on");
}

TEST(WaitingText, SaysOfOneWithoutADeliveryWhyThereIsNone) {
  const auto of = [](std::optional<Received> received) {
    return NoteNoDelivery("Session", "1", received);
  };
  EXPECT_EQ(of(std::nullopt).note, "not received");
  EXPECT_FALSE(of(std::nullopt).needs_somebody);
  EXPECT_EQ(of(Received{0, 0}).note, "rejected: send it again once it is right");
  EXPECT_EQ(of(Received{2, 0}).note, "parked: put right what its record says");
  EXPECT_EQ(of(Received{2, 2}).note, "not routed there when it came: send a new version of it");
  EXPECT_TRUE(of(Received{2, 2}).needs_somebody);
}

}  // namespace
}  // namespace kgw::store
