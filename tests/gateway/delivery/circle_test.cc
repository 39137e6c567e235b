#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "gateway/base/json.h"
#include "gateway/delivery/attempt.h"
#include "tests/gateway/delivery/world.h"
#include "tests/support/json_text.h"

// Records that refer to each other in a circle.
namespace kgw::delivery {
namespace {

using store::DeliveryState;
using store::KeyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const RecordKey kClinic = KeyOf("Organization", "ORG-1");
const RecordKey kTherapist = KeyOf("Practitioner", "T-1");
const RecordKey kPayer = KeyOf("Organization", "ORG-2");
const RecordKey kMissing = KeyOf("Practitioner", "T-9");

class CircleTest : public EngineTest {
 protected:
  // A record in a lane of its own.
  void Put(const RecordKey& key, const std::vector<RecordKey>& refers) {
    store::NewVersion intake = store::IntakeOf(key, "");
    for (const RecordKey& other : refers) intake.references.push_back(other.name);
    ASSERT_TRUE(store::Commit(*store_, std::move(intake)).ok());
  }
  // Held for these records, however they stand.
  bool Held(const RecordKey& key, const std::string& text) {
    return Eventually([&] {
      const store::DeliveryRow row = Row(key);
      return row.state == DeliveryState::kHeld && WithoutNotes(row.error.text) == text;
    });
  }
  // What went out, in order, as "ORG-1", and as "ORG-1 >T-1" where it knew the place of T-1.
  std::vector<std::string> Sent() {
    std::vector<std::string> sent;
    for (const Attempted& attempted : connector_->attempts()) {
      const auto document = json::Document::Parse(attempted.unit_json);
      std::string text(document->root().Find("record").TextOf("id"));
      for (const RecordKey& other : {kClinic, kTherapist, kPayer, kMissing}) {
        const std::string reference = store::ReferenceTo(other, "", "Encounter");
        if (!document->root().Find("references").TextOf(reference).empty()) {
          text += " >" + other.name.id;
        }
      }
      sent.push_back(std::move(text));
    }
    return sent;
  }
};

TEST_F(CircleTest, OfTwoTheOlderGoesFirst) {
  Put(kClinic, {kTherapist});
  Put(kTherapist, {kClinic});
  Start();
  EXPECT_TRUE(Becomes(kClinic, DeliveryState::kDelivered));
  EXPECT_TRUE(Becomes(kTherapist, DeliveryState::kDelivered));
  EXPECT_THAT(Sent(), ElementsAre("ORG-1", "T-1 >ORG-1"));
}

TEST_F(CircleTest, TheOlderWaitsUntilTheYoungerIsHere) {
  Start();
  Put(kTherapist, {kClinic});
  ASSERT_TRUE(Held(kTherapist, "waits for Organization ORG-1"));
  Put(kClinic, {kTherapist});
  EXPECT_TRUE(Becomes(kTherapist, DeliveryState::kDelivered));
  EXPECT_TRUE(Becomes(kClinic, DeliveryState::kDelivered));
  EXPECT_THAT(Sent(), ElementsAre("T-1", "ORG-1 >T-1"));
}

TEST_F(CircleTest, OfThreeTheOthersFollowWithTheirReferences) {
  Start();
  Put(kClinic, {kTherapist});
  Put(kTherapist, {kPayer});
  ASSERT_TRUE(Held(kClinic, "waits for Practitioner T-1"));
  ASSERT_TRUE(Held(kTherapist, "waits for Organization ORG-2"));
  Put(kPayer, {kClinic});
  for (const RecordKey& key : {kClinic, kTherapist, kPayer}) {
    EXPECT_TRUE(Becomes(key, DeliveryState::kDelivered));
  }
  EXPECT_THAT(Sent(), ElementsAre("ORG-1", "ORG-2 >ORG-1", "T-1 >ORG-2"));
}

TEST_F(CircleTest, AMissingRecordOfTheOlderIsWaitedForByName) {
  Start();
  Put(kClinic, {kTherapist, kMissing});
  Put(kTherapist, {kClinic});
  ASSERT_TRUE(Held(kTherapist, "waits for Organization ORG-1"));
  EXPECT_EQ(Row(kClinic).state, DeliveryState::kHeld);
  EXPECT_THAT(Row(kClinic).error.text, HasSubstr("Practitioner T-9"));
  Reopen();
  Start();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_THAT(Sent(), ElementsAre());
  Put(kMissing, {});
  EXPECT_TRUE(Becomes(kClinic, DeliveryState::kDelivered));
  EXPECT_TRUE(Becomes(kTherapist, DeliveryState::kDelivered));
  EXPECT_THAT(Sent(), ElementsAre("T-9", "ORG-1 >T-9", "T-1 >ORG-1"));
}

TEST_F(CircleTest, AMissingRecordOfTheYoungerIsWaitedForByName) {
  Start();
  Put(kClinic, {kTherapist});
  Put(kTherapist, {kClinic, kMissing});
  ASSERT_TRUE(Held(kTherapist, "waits for Organization ORG-1, Practitioner T-9"));
  ASSERT_TRUE(Held(kClinic, "waits for Practitioner T-1"));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_THAT(Sent(), ElementsAre());
  Put(kMissing, {});
  EXPECT_TRUE(Becomes(kTherapist, DeliveryState::kDelivered));
  EXPECT_TRUE(Becomes(kClinic, DeliveryState::kDelivered));
  EXPECT_THAT(Sent(), ElementsAre("T-9", "ORG-1", "T-1 >ORG-1 >T-9"));
}

TEST_F(CircleTest, WhatIsPendingStillHolds) {
  connector_->Become(FailWith(absl::UnavailableError("down"), "unavailable"));
  Start();
  Put(kMissing, {});
  ASSERT_TRUE(Attempts(1));
  ASSERT_TRUE(Becomes(kMissing, DeliveryState::kPending));
  Put(kClinic, {kTherapist});
  Put(kTherapist, {kClinic, kMissing});
  ASSERT_TRUE(Held(kTherapist, "waits for Practitioner T-9, Organization ORG-1"));
  ASSERT_TRUE(Held(kClinic, "waits for Practitioner T-1"));
  connector_->Become(&DeliverAll);
  Advance(absl::Seconds(10));
  EXPECT_TRUE(Becomes(kTherapist, DeliveryState::kDelivered));
  EXPECT_THAT(Sent(), ElementsAre("T-9", "T-9", "ORG-1", "T-1 >ORG-1 >T-9"));
}

TEST_F(CircleTest, WhoWaitsForACircleFollowsIt) {
  Start();
  Put(kPayer, {kClinic, kTherapist});
  Put(kClinic, {kTherapist});
  Put(kTherapist, {kClinic});
  EXPECT_TRUE(Becomes(kPayer, DeliveryState::kDelivered));
  EXPECT_THAT(Sent(), ElementsAre("ORG-1", "T-1 >ORG-1", "ORG-2 >ORG-1 >T-1"));
}

TEST_F(CircleTest, IsBrokenOnceAcrossFailuresAndStarts) {
  connector_->Become(FailWith(absl::UnavailableError("down"), "unavailable"));
  Put(kClinic, {kTherapist});
  Put(kTherapist, {kClinic});
  Start();
  ASSERT_TRUE(Attempts(1));
  ASSERT_TRUE(Becomes(kClinic, DeliveryState::kPending));
  EXPECT_TRUE(Becomes(kTherapist, DeliveryState::kHeld));
  Reopen();
  connector_->Become(&DeliverAll);
  clock_.Advance(absl::Seconds(10));
  // A gateway that ends while it is under way.
  ASSERT_EQ(store::Claim(*store_, store::kEhr, 10, clock_.Now())->size(), 1u);
  Reopen();
  Start();
  EXPECT_TRUE(Becomes(kTherapist, DeliveryState::kDelivered));
  EXPECT_EQ(Row(kClinic).state, DeliveryState::kDelivered);
  EXPECT_THAT(Sent(), ElementsAre("ORG-1", "ORG-1", "T-1 >ORG-1"));
}

TEST_F(CircleTest, OneThatIsRefusedKeepsTheOthersWaitingUntilItIsSentAgain) {
  connector_->Become(FailWith(absl::InvalidArgumentError("x"), "rejected"));
  Put(kClinic, {kTherapist});
  Put(kTherapist, {kClinic});
  Start();
  ASSERT_TRUE(Becomes(kClinic, DeliveryState::kDead));
  ASSERT_TRUE(store_->RetryDelivery({kTherapist, store::kEhr}, "now").ok());
  ASSERT_TRUE(Held(kTherapist, "waits for Organization ORG-1"));
  connector_->Become(&DeliverAll);
  ASSERT_TRUE(store_->RetryDelivery({kClinic, store::kEhr}, "fixed").ok());
  EXPECT_TRUE(Becomes(kTherapist, DeliveryState::kDelivered));
  EXPECT_THAT(Sent(), ElementsAre("ORG-1", "ORG-1", "T-1 >ORG-1"));
}

TEST_F(CircleTest, ANewVersionOfTheOlderIsTheYoungestOfTheCircle) {
  connector_->Become(FailWith(absl::UnavailableError("down"), "unavailable"));
  Put(kClinic, {kTherapist});
  Put(kTherapist, {kClinic});
  Start();
  ASSERT_TRUE(Attempts(1));
  ASSERT_TRUE(Becomes(kClinic, DeliveryState::kPending));
  connector_->Become(&DeliverAll);
  const RecordKey newer = KeyOf("Organization", "ORG-1", 2);
  Put(newer, {kTherapist});
  EXPECT_TRUE(Becomes(newer, DeliveryState::kDelivered));
  EXPECT_EQ(Row(kClinic).state, DeliveryState::kCancelled);
  EXPECT_EQ(Row(kTherapist).state, DeliveryState::kDelivered);
  EXPECT_THAT(Sent(), ElementsAre("ORG-1", "T-1", "ORG-1 >T-1"));
}

TEST_F(CircleTest, WhatTheRouteLeavesOutDoesNotKeepACircleClosed) {
  destination_.route.record_types = {"Organization"};
  Put(kClinic, {kPayer, kMissing});
  Put(kPayer, {kClinic, kMissing});
  Start();
  EXPECT_TRUE(Becomes(kPayer, DeliveryState::kDelivered));
  EXPECT_THAT(Sent(), ElementsAre("ORG-1", "ORG-2 >ORG-1"));
  EXPECT_LE(Row(kClinic).attempts + Row(kPayer).attempts, 4);
}

TEST_F(CircleTest, WithinALaneTheOlderStepsInFront) {
  Start();
  const RecordKey last = KeyOf("Session", "S-3");
  const RecordKey first = Add("S-1", "P-1", 1, {KeyOf("Session", "S-2").name});
  const RecordKey second = Add("S-2", "P-1", 1, {last.name});
  ASSERT_TRUE(Held(first, "waits for Session S-2"));
  ASSERT_TRUE(Held(second, "waits for Session S-3"));
  Add("S-3", "P-1", 1, {first.name});
  const RecordKey behind = Add("S-4", "P-1");
  for (const RecordKey& key : {first, second, last, behind}) {
    EXPECT_TRUE(Becomes(key, DeliveryState::kDelivered));
  }
  EXPECT_EQ(Sent().front(), "S-1");
  EXPECT_EQ(Sent().size(), 4u);
}

// Both sides are held at once by workers that know nothing of each other.
TEST_F(CircleTest, WorkersThatRaceBreakEachCircleOnce) {
  constexpr int kPairs = 40;
  std::vector<RecordKey> keys;
  for (int i = 0; i < kPairs; ++i) {
    const RecordKey one = KeyOf("Organization", absl::StrCat("o", i));
    const RecordKey two = KeyOf("Practitioner", absl::StrCat("t", i));
    Put(one, {two});
    Put(two, {one});
    keys.push_back(one);
    keys.push_back(two);
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  auto work = [&] {
    while (std::chrono::steady_clock::now() < end) {
      const auto depths = store_->Depths();
      ASSERT_TRUE(depths.ok());
      const store::DestinationDepth& depth = depths->front();
      if (depth.pending + depth.held + depth.in_flight == 0) return;
      auto units = store::Claim(*store_, store::kEhr, 3, clock_.Now());
      ASSERT_TRUE(units.ok());
      for (const store::Unit& unit : *units) {
        HalfRandom random;
        const AttemptResult result = Attempt(unit, destination_, *store_, clock_, random);
        ASSERT_TRUE(store::EndAttempt(*store_, unit.key, result.verdict.end).ok());
      }
      if (units->empty()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  };
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i) workers.emplace_back(work);
  for (std::thread& worker : workers) worker.join();
  for (const RecordKey& key : keys) EXPECT_EQ(Row(key).state, DeliveryState::kDelivered);
  EXPECT_EQ(connector_->attempts().size(), keys.size());
  int without = 0;
  for (const Attempted& attempted : connector_->attempts()) {
    without += attempted.unit_json.ends_with(R"("references":{}})") ? 1 : 0;
  }
  EXPECT_EQ(without, kPairs);
  EXPECT_TRUE(store_->CheckLedger(store::kTenant)->agrees);
}

// One golden record as an intake, referring to the others by what its resources refer to.
store::NewVersion Golden(const RecordKey& key, const std::string& path) {
  std::ifstream in(path);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  const auto bundle = json::Document::Parse(text);
  EXPECT_TRUE(bundle.ok()) << path;
  store::NewVersion intake = store::IntakeOf(key, "");
  intake.resources.clear();
  for (const json::Value& entry : bundle->root().Find("entry")) {
    const json::Value resource = entry.Find("resource");
    intake.resources.push_back({std::string(resource.TextOf("resourceType")),
                                std::string(resource.TextOf("id")), json::ToText(resource)});
  }
  return intake;
}

bool RefersTo(const store::NewVersion& from, const store::NewVersion& to) {
  for (const store::Resource& resource : from.resources) {
    for (const store::Resource& other : to.resources) {
      const std::string wanted = absl::StrCat(R"("reference":")", other.role, "/", other.id, "\"");
      if (resource.body.find(wanted) != std::string::npos) return true;
    }
  }
  return false;
}

TEST_F(CircleTest, TheGoldenClinicAndItsTherapistAreDelivered) {
  store::NewVersion clinic = Golden(kClinic, "tests/golden/Organization/clinic.bundle.json");
  store::NewVersion therapist =
      Golden(kTherapist, "tests/golden/Practitioner/therapist.bundle.json");
  ASSERT_TRUE(RefersTo(clinic, therapist));
  ASSERT_TRUE(RefersTo(therapist, clinic));
  clinic.references = {kTherapist.name};
  therapist.references = {kClinic.name};
  const size_t places = clinic.resources.size();
  Start();
  ASSERT_TRUE(store::Commit(*store_, std::move(clinic)).ok());
  ASSERT_TRUE(store::Commit(*store_, std::move(therapist)).ok());
  EXPECT_TRUE(Becomes(kClinic, DeliveryState::kDelivered));
  EXPECT_TRUE(Becomes(kTherapist, DeliveryState::kDelivered));
  const auto attempts = connector_->attempts();
  ASSERT_EQ(attempts.size(), 2u);
  EXPECT_THAT(attempts[0].unit_json, HasSubstr(R"("references":{}})"));
  const auto second = json::Document::Parse(attempts[1].unit_json);
  size_t known = 0;
  for (const std::string& ours : attempts[0].entries) {
    known += second->root().Find("references").TextOf(ours).empty() ? 0 : 1;
  }
  EXPECT_EQ(known, places);
}

}  // namespace
}  // namespace kgw::delivery
