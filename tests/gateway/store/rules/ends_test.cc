#include "gateway/store/rules/ends.h"

#include "gtest/gtest.h"

namespace kgw::store {
namespace {

class Facts final : public EndFacts {
 public:
  absl::StatusOr<bool> IsReplaced() override {
    ++asked;
    return replaced;
  }
  absl::StatusOr<bool> StartWaiting(const std::vector<RecordName>& names) override {
    ++asked;
    awaited = names;
    return waits;
  }

  absl::StatusOr<bool> replaced = false;
  absl::StatusOr<bool> waits = true;
  std::vector<RecordName> awaited;
  int asked = 0;
};

AttemptEnd EndIn(DeliveryState state) {
  AttemptEnd end;
  end.state = state;
  end.next_due = absl::FromUnixSeconds(100);
  end.error = {ErrorClass::kUnavailable, 503, "r1", "away"};
  end.waits_for = {{"t", "s", "Patient", "p"}};
  return end;
}

TEST(Ends, AnEndThatIsFinalStandsWhateverCameMeanwhile) {
  for (const DeliveryState state : {DeliveryState::kDelivered, DeliveryState::kDead,
                                    DeliveryState::kUnsupported, DeliveryState::kWithheld}) {
    Facts facts;
    facts.replaced = true;
    const auto change = DecideEnd(EndIn(state), facts);
    ASSERT_TRUE(change.ok());
    EXPECT_EQ(change->state, state);
    EXPECT_EQ(change->due, absl::InfinitePast());
    EXPECT_EQ(facts.asked, 0);
  }
}

TEST(Ends, OneThatGoesOnLaterKeepsItsTimeAndItsError) {
  Facts facts;
  const auto change = DecideEnd(EndIn(DeliveryState::kPending), facts);
  ASSERT_TRUE(change.ok());
  EXPECT_EQ(change->state, DeliveryState::kPending);
  EXPECT_EQ(change->due, absl::FromUnixSeconds(100));
  EXPECT_EQ(change->error.http_status, 503);
  EXPECT_TRUE(facts.awaited.empty());
}

TEST(Ends, OneThatANewerVersionReplacedIsCancelled) {
  for (const DeliveryState state : {DeliveryState::kPending, DeliveryState::kHeld}) {
    Facts facts;
    facts.replaced = true;
    const auto change = DecideEnd(EndIn(state), facts);
    ASSERT_TRUE(change.ok());
    EXPECT_EQ(change->state, DeliveryState::kCancelled);
    EXPECT_EQ(change->error.error_class, ErrorClass::kReplaced);
    EXPECT_EQ(change->due, absl::InfinitePast());
    EXPECT_TRUE(facts.awaited.empty());
  }
}

TEST(Ends, AHeldOneWaitsUnlessWhatItWaitsForHasCome) {
  Facts waiting;
  auto change = DecideEnd(EndIn(DeliveryState::kHeld), waiting);
  ASSERT_TRUE(change.ok());
  EXPECT_EQ(change->state, DeliveryState::kHeld);
  ASSERT_EQ(waiting.awaited.size(), 1u);
  Facts came;
  came.waits = false;
  change = DecideEnd(EndIn(DeliveryState::kHeld), came);
  ASSERT_TRUE(change.ok());
  EXPECT_EQ(change->state, DeliveryState::kPending);
  EXPECT_EQ(change->due, absl::InfinitePast());
}

TEST(Ends, AFailureOfTheStoreIsNoEnd) {
  Facts facts;
  facts.replaced = absl::UnavailableError("disk");
  EXPECT_TRUE(absl::IsUnavailable(DecideEnd(EndIn(DeliveryState::kPending), facts).status()));
  facts.replaced = false;
  facts.waits = absl::UnavailableError("disk");
  EXPECT_TRUE(absl::IsUnavailable(DecideEnd(EndIn(DeliveryState::kHeld), facts).status()));
}

TEST(Ends, OnlyWhatIsInFlightEndsAndNeverInFlight) {
  EXPECT_TRUE(absl::IsFailedPrecondition(CheckEnd(DeliveryState::kPending, {})));
  EXPECT_TRUE(CheckEnd(DeliveryState::kInFlight, {}).ok());
  EXPECT_TRUE(
      absl::IsInvalidArgument(CheckEnd(DeliveryState::kInFlight, EndIn(DeliveryState::kInFlight))));
}

TEST(Ends, OnlyTheNewestTokenIsTaken) {
  EXPECT_TRUE(CheckToken(7, 7).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(CheckToken(7, 6)));
  EXPECT_TRUE(absl::IsFailedPrecondition(CheckToken(7, 8)));
}

TEST(Ends, ADamagedUnitIsDeadAndAnUnreadableOneComesAgain) {
  const absl::Time now = absl::FromUnixSeconds(5);
  const AttemptEnd dead = UnreadableEnd(absl::DataLossError("damaged"), now);
  EXPECT_EQ(dead.state, DeliveryState::kDead);
  EXPECT_EQ(dead.error.error_class, ErrorClass::kDamaged);
  const AttemptEnd later = UnreadableEnd(absl::UnavailableError("disk"), now);
  EXPECT_EQ(later.state, DeliveryState::kPending);
  EXPECT_GT(later.next_due, now);
  EXPECT_FALSE(later.sent);
}

TEST(Ends, APersonMayDoWhatTheStateAllows) {
  const auto allowed = [](Hand hand, DeliveryState state) { return CheckHand(hand, state).ok(); };
  for (const Hand hand : {Hand::kRetry, Hand::kCancel}) {
    EXPECT_TRUE(allowed(hand, DeliveryState::kPending));
    EXPECT_TRUE(allowed(hand, DeliveryState::kHeld));
    EXPECT_TRUE(allowed(hand, DeliveryState::kDead));
    for (const DeliveryState state :
         {DeliveryState::kInFlight, DeliveryState::kDelivered, DeliveryState::kWithheld,
          DeliveryState::kUnsupported, DeliveryState::kCancelled}) {
      EXPECT_FALSE(allowed(hand, state)) << NameOf(state);
    }
  }
  EXPECT_TRUE(allowed(Hand::kHold, DeliveryState::kPending));
  EXPECT_FALSE(allowed(Hand::kHold, DeliveryState::kHeld));
  EXPECT_EQ(CheckHand(Hand::kRetry, DeliveryState::kDelivered).message(),
            "a delivery that is delivered cannot be retried");
}

TEST(Ends, WhatAPersonSaysIsKept) {
  EXPECT_EQ(ChangeByHand(Hand::kRetry, "now").state, DeliveryState::kPending);
  EXPECT_EQ(ChangeByHand(Hand::kCancel, "no").state, DeliveryState::kCancelled);
  EXPECT_EQ(ChangeByHand(Hand::kHold, "wait").state, DeliveryState::kHeld);
  EXPECT_EQ(ChangeByHand(Hand::kHold, "wait").error.text, "wait");
}

}  // namespace
}  // namespace kgw::store
