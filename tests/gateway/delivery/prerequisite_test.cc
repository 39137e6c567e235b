#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gateway/delivery/world.h"

// Deliveries of what a record refers to that ended, or never began, at the same destination.
namespace kgw::delivery {
namespace {

using store::DeliveryState;
using store::KeyOf;
using ::testing::HasSubstr;

const RecordKey kTherapist = KeyOf("Practitioner", "T-1");
const RecordKey kPatient = KeyOf("Patient", "P-1");
const RecordKey kSession = KeyOf("Session", "S-1");

class PrerequisiteTest : public EngineTest {
 protected:
  // A record in a lane of its own, which refers to others.
  void Put(const RecordKey& key, const std::vector<RecordKey>& refers = {}) {
    ASSERT_TRUE(store::Commit(*store_, IntakeFor(key, refers)).ok());
  }
  static store::NewVersion IntakeFor(const RecordKey& key,
                                     const std::vector<RecordKey>& refers = {}) {
    store::NewVersion intake = store::IntakeOf(key, "");
    for (const RecordKey& other : refers) intake.references.push_back(other.name);
    return intake;
  }
  // Held, and says so in these words.
  bool Says(const RecordKey& key, const std::string& text) {
    const bool said = Eventually([&] {
      const store::DeliveryRow row = Row(key);
      return row.state == DeliveryState::kHeld && row.error.text == text;
    });
    if (!said) ADD_FAILURE() << NameOf(Row(key).state) << ": " << Row(key).error.text;
    return said;
  }
  // The connector answers so for records of this type, and takes everything else.
  void Fail(const std::string& type, ScriptedConnector::Script script) {
    connector_->Become([type, script](const Attempted& attempted, plugin::EmitSink& sink) {
      const bool fails =
          attempted.unit_json.find(R"("record":{"type":")" + type) != std::string::npos;
      return fails ? script(attempted, sink) : DeliverAll(attempted, sink);
    });
  }
  static store::DeliveryKey To(const RecordKey& key) { return {key, store::kEhr}; }
};

TEST_F(PrerequisiteTest, WhatIsNotTakenThereIsNotWaitedFor) {
  Fail("Practitioner", FailWith(absl::UnimplementedError("x"), "unsupported"));
  Start();
  Put(kSession, {kTherapist});
  ASSERT_TRUE(Says(kSession, "waits for Practitioner T-1 (not received)"));
  Put(kTherapist);
  EXPECT_TRUE(Becomes(kSession, DeliveryState::kDelivered));
  EXPECT_EQ(Row(kTherapist).state, DeliveryState::kUnsupported);
  EXPECT_THAT(connector_->attempts().back().unit_json, HasSubstr(R"("references":{}})"));
  // Nor by what comes later.
  const RecordKey later = KeyOf("Session", "S-2");
  Put(later, {kTherapist});
  EXPECT_TRUE(Becomes(later, DeliveryState::kDelivered));
  EXPECT_EQ(Row(later).attempts, 1);
}

TEST_F(PrerequisiteTest, WhatMayNotLeaveIsNotWaitedFor) {
  destination_.route.production = true;
  Start();
  Put(kSession, {kTherapist});
  ASSERT_TRUE(Says(kSession, "waits for Practitioner T-1 (not received)"));
  store::NewVersion test_data = IntakeFor(kTherapist);
  test_data.test_data = true;
  ASSERT_TRUE(store::Commit(*store_, std::move(test_data)).ok());
  EXPECT_TRUE(Becomes(kSession, DeliveryState::kDelivered));
  EXPECT_EQ(Row(kTherapist).state, DeliveryState::kWithheld);
}

TEST_F(PrerequisiteTest, WhatIsWithheldWhenItComesIsNotWaitedFor) {
  Start();
  Put(kSession, {kTherapist});
  ASSERT_TRUE(Says(kSession, "waits for Practitioner T-1 (not received)"));
  store::NewVersion withheld = IntakeFor(kTherapist);
  withheld.deliveries[0].state = DeliveryState::kWithheld;
  withheld.deliveries[0].why = "a rule";
  ASSERT_TRUE(store::Commit(*store_, std::move(withheld)).ok());
  EXPECT_TRUE(Becomes(kSession, DeliveryState::kDelivered));
}

TEST_F(PrerequisiteTest, ADeadOneIsNamedUntilItIsRetried) {
  Fail("Practitioner", FailWith(absl::InvalidArgumentError("x"), "rejected"));
  Start();
  Put(kSession, {kTherapist});
  Put(kTherapist);
  ASSERT_TRUE(Says(kSession,
                   "waits for Practitioner T-1 (dead, rejected: retry it, or cancel it to go on "
                   "without it)"));
  connector_->Become(&DeliverAll);
  ASSERT_TRUE(store_->RetryDelivery(To(kTherapist), "fixed").ok());
  EXPECT_TRUE(Becomes(kSession, DeliveryState::kDelivered));
}

TEST_F(PrerequisiteTest, AfterACancelOthersGoOnWithoutIt) {
  Fail("Practitioner", FailWith(absl::InvalidArgumentError("x"), "rejected"));
  Start();
  Put(kTherapist);
  ASSERT_TRUE(Becomes(kTherapist, DeliveryState::kDead));
  Put(kSession, {kTherapist});
  ASSERT_TRUE(Becomes(kSession, DeliveryState::kHeld));
  ASSERT_TRUE(store_->CancelDelivery(To(kTherapist), "not wanted there").ok());
  EXPECT_TRUE(Becomes(kSession, DeliveryState::kDelivered));
  // A newer version is a new beginning.
  const RecordKey newer = KeyOf("Practitioner", "T-1", 2);
  const RecordKey later = KeyOf("Session", "S-2");
  Put(newer);
  ASSERT_TRUE(Becomes(newer, DeliveryState::kDead));
  Put(later, {kTherapist});
  EXPECT_TRUE(Becomes(later, DeliveryState::kHeld));
}

TEST_F(PrerequisiteTest, NothingGoesOutWithoutAPatientWhoWasCancelled) {
  Fail("Patient", FailWith(absl::InvalidArgumentError("x"), "rejected"));
  Start();
  Put(kPatient);
  Put(kSession, {kPatient});
  ASSERT_TRUE(Says(
      kSession, "waits for Patient P-1 (dead, rejected: retry it, or send a new version of it)"));
  ASSERT_TRUE(store_->CancelDelivery(To(kPatient), "wrong person").ok());
  ASSERT_TRUE(Says(kSession,
                   "waits for Patient P-1 (cancelled: send a new version of it, or cancel this "
                   "delivery too)"));
  connector_->Become(&DeliverAll);
  Put(KeyOf("Patient", "P-1", 2));
  EXPECT_TRUE(Becomes(kSession, DeliveryState::kDelivered));
}

TEST_F(PrerequisiteTest, TheTextTellsHowEachStandsNow) {
  const RecordKey visit = KeyOf("Visit", "V-1");
  const RecordKey clinic = KeyOf("Organization", "O-1");
  const RecordKey screening = KeyOf("Screening", "C-1");
  connector_->Become(FailWith(absl::UnavailableError("down"), "unavailable"));
  Start();
  Put(visit);
  ASSERT_TRUE(
      Eventually([&] { return Row(visit).error.error_class == store::ErrorClass::kUnavailable; }));
  Put(kSession, {visit});
  EXPECT_TRUE(Says(kSession, "waits for Visit V-1 (on its way, unavailable)"));
  ASSERT_TRUE(store_->HoldDelivery(To(visit), "the clinic asked").ok());
  EXPECT_TRUE(Says(kSession, "waits for Visit V-1 (held: put it right and retry it)"));

  store::NewVersion parked = IntakeFor(clinic);
  parked.state = store::RecordState::kParked;
  ASSERT_TRUE(store::Commit(*store_, std::move(parked)).ok());
  store::NewVersion elsewhere = IntakeFor(screening);
  elsewhere.deliveries.clear();
  ASSERT_TRUE(store::Commit(*store_, std::move(elsewhere)).ok());
  const RecordKey other = KeyOf("Session", "S-2");
  // One that nobody need see to is named last.
  Put(other, {kSession, clinic});
  EXPECT_TRUE(Says(other,
                   "waits for Organization O-1 (parked: put right what its record says), "
                   "Session S-1 (waits for another record itself)"));
  const RecordKey third = KeyOf("Session", "S-3");
  Put(third, {screening});
  EXPECT_TRUE(Says(third,
                   "waits for Screening C-1 (not routed there when it came: send a new version of "
                   "it)"));
  const auto page = store_->ListDeliveries(
      {.tenant = store::kTenant, .state = DeliveryState::kHeld, .limit = 10});
  ASSERT_TRUE(page.ok());
  EXPECT_THAT(page->rows.front().error.text, HasSubstr("not routed there"));
  EXPECT_TRUE(store_->CheckLedger(store::kTenant)->agrees);
}

TEST_F(PrerequisiteTest, NoMoreThanThreeAreNamed) {
  Start();
  Put(kSession, {KeyOf("Visit", "V-1"), KeyOf("Visit", "V-2"), KeyOf("Visit", "V-3"),
                 KeyOf("Visit", "V-4"), KeyOf("Visit", "V-5")});
  EXPECT_TRUE(Says(kSession,
                   "waits for Visit V-1 (not received), Visit V-2 (not received), Visit V-3 (not "
                   "received) and 2 more"));
}

// The lane goes on too when the one that is not coming stands in it.
TEST_F(PrerequisiteTest, WithinALaneItGoesOnAsWell) {
  Fail("Visit", FailWith(absl::UnimplementedError("x"), "unsupported"));
  Start();
  const RecordKey visit = KeyOf("Visit", "V-1");
  const RecordKey first = Add("S-1", "P-1", 1, {visit.name});
  ASSERT_TRUE(Becomes(first, DeliveryState::kHeld));
  ASSERT_TRUE(store::Commit(*store_, store::IntakeOf(visit, "P-1")).ok());
  EXPECT_TRUE(Becomes(first, DeliveryState::kDelivered));
  EXPECT_TRUE(Becomes(Add("S-2"), DeliveryState::kDelivered));
}

}  // namespace
}  // namespace kgw::delivery
