#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gateway/delivery/world.h"

// What a version meant to write when its attempt, its process or its whole delivery ended, and what
// a newer version that comes without it is told.
namespace kgw::delivery {
namespace {

using store::DeliveryState;
using store::KeyOf;
using ::testing::ElementsAre;

const RecordKey kFirst = KeyOf("Session", "S-1", 1);
const RecordKey kSecond = KeyOf("Session", "S-1", 2);
const RecordKey kThird = KeyOf("Session", "S-1", 3);

class IntentTest : public EngineTest {
 protected:
  // A version without the blood pressure that the first has.
  void PutWithout(const RecordKey& key) {
    store::NewVersion intake = store::IntakeOf(key, "P-1");
    intake.resources.pop_back();
    ASSERT_TRUE(store::Commit(*store_, std::move(intake)).ok());
  }
  // As far as a connector comes before its first request.
  void ClaimAndIntend(const RecordKey& key, std::vector<std::string> entries) {
    ASSERT_EQ(store::Claim(*store_, store::kEhr, 1, clock_.Now())->size(), 1u);
    std::vector<store::EntryResult> intents;
    for (std::string& entry : entries)
      intents.push_back({std::move(entry), store::EntryState::kIntended, "", ""});
    ASSERT_TRUE(store::JournalEntries(*store_, {key, store::kEhr}, intents).ok());
  }
  // What the last attempt was told: "write Encounter", "remove Observation, perhaps there".
  std::vector<std::string> Told() {
    std::vector<std::string> told;
    const auto attempts = connector_->attempts();
    if (attempts.empty()) return told;
    const auto document = json::Document::Parse(attempts.back().unit_json);
    for (const json::Value& entry : document->root().Find("entries")) {
      std::string line = absl::StrCat(std::string(entry.TextOf("action")), " ",
                                      std::string(entry.Find("resource").TextOf("resourceType")));
      if (entry.Find("intended").boolean()) line += ", perhaps there";
      told.push_back(std::move(line));
    }
    return told;
  }

  const std::string encounter_ = store::ReferenceTo(kFirst, "P-1", "Encounter");
  const std::string pressure_ = store::ReferenceTo(kFirst, "P-1", "Observation/bp/1");
};

TEST_F(IntentTest, OfAProcessThatEndedIsToldToTheNextVersion) {
  Add("S-1");
  ClaimAndIntend(kFirst, {encounter_, pressure_});
  Reopen();
  PutWithout(kSecond);
  Start();
  ASSERT_TRUE(Becomes(kSecond, DeliveryState::kDelivered));
  EXPECT_EQ(Row(kFirst).state, DeliveryState::kCancelled);
  EXPECT_THAT(Told(),
              ElementsAre("write Encounter, perhaps there", "remove Observation, perhaps there"));
}

TEST_F(IntentTest, OfAProcessThatEndedAfterTheNextVersionCame) {
  Add("S-1");
  ClaimAndIntend(kFirst, {encounter_, pressure_});
  PutWithout(kSecond);
  Reopen();
  Start();
  ASSERT_TRUE(Becomes(kSecond, DeliveryState::kDelivered));
  EXPECT_THAT(Told(),
              ElementsAre("write Encounter, perhaps there", "remove Observation, perhaps there"));
}

TEST_F(IntentTest, OfADeliveryThatAPersonCancelledOrThatDied) {
  for (const bool died : {true, false}) {
    const std::string id = died ? "S-2" : "S-3";
    const RecordKey first = Add(id);
    const std::string pressure = store::ReferenceTo(first, "P-1", "Observation/bp/1");
    ClaimAndIntend(first, {pressure});
    store::AttemptEnd end;
    end.state = died ? DeliveryState::kDead : DeliveryState::kPending;
    ASSERT_TRUE(store::EndAttempt(*store_, {first, store::kEhr}, end).ok());
    ASSERT_TRUE(store_->CancelDelivery({first, store::kEhr}, "wrong").ok());
    const RecordKey second = KeyOf("Session", id, 2);
    PutWithout(second);
    Start();
    ASSERT_TRUE(Becomes(second, DeliveryState::kDelivered));
    EXPECT_THAT(Told(), ElementsAre("write Encounter", "remove Observation, perhaps there"));
    engine_.reset();
  }
}

TEST_F(IntentTest, OutlastsAVersionWhoseRemovalWasInterruptedToo) {
  Add("S-1");
  ClaimAndIntend(kFirst, {pressure_});
  Reopen();
  PutWithout(kSecond);
  ClaimAndIntend(kSecond, {encounter_});
  Reopen();
  PutWithout(kThird);
  Start();
  ASSERT_TRUE(Becomes(kThird, DeliveryState::kDelivered));
  EXPECT_THAT(Told(),
              ElementsAre("write Encounter, perhaps there", "remove Observation, perhaps there"));
}

TEST_F(IntentTest, OfARecordThatMovedToAnotherPatientIsTakenBackWhole) {
  Add("S-1", "P-1");
  ClaimAndIntend(kFirst, {encounter_, pressure_});
  Reopen();
  ASSERT_TRUE(store::Commit(*store_, store::IntakeOf(kSecond, "P-2")).ok());
  Start();
  ASSERT_TRUE(Becomes(kSecond, DeliveryState::kDelivered));
  EXPECT_THAT(Told(),
              ElementsAre("write Encounter", "write Observation", "remove Encounter, perhaps there",
                          "remove Observation, perhaps there"));
}

// Of the first attempt nothing was heard; of the second it is certain that it did nothing.
TEST_F(IntentTest, ThatWasWithdrawnIsForgottenUnlessAnEarlierAttemptHadIt) {
  Add("S-1");
  ClaimAndIntend(kFirst, {encounter_});
  Reopen();
  connector_->Become([&](const Attempted&, plugin::EmitSink& sink) {
    const std::string body = R"({"entries":[")" + encounter_ + R"(",")" + pressure_ + R"("])";
    for (const std::string more : {"}", R"(,"withdrawn":true})"}) {
      EXPECT_TRUE(sink.OnEmit({"application/vnd.kgw.intent+json", "", body + more}).ok());
    }
    return Result(absl::UnavailableError("no connection"));
  });
  Start();
  ASSERT_TRUE(Attempts(1));
  ASSERT_TRUE(Becomes(kFirst, DeliveryState::kPending));
  connector_->Become(&DeliverAll);
  Advance(absl::Minutes(1));
  ASSERT_TRUE(Becomes(kFirst, DeliveryState::kDelivered));
  EXPECT_THAT(Told(), ElementsAre("write Encounter, perhaps there", "write Observation"));
}

TEST_F(IntentTest, ThatWasWithdrawnIsNotTakenBackByTheNextVersion) {
  Add("S-1");
  ClaimAndIntend(kFirst, {encounter_, pressure_});
  ASSERT_TRUE(store::JournalEntries(*store_, {kFirst, store::kEhr},
                                    {{encounter_, store::EntryState::kWithdrawn, "", ""},
                                     {pressure_, store::EntryState::kWithdrawn, "", ""}})
                  .ok());
  Reopen();
  PutWithout(kSecond);
  Start();
  ASSERT_TRUE(Becomes(kSecond, DeliveryState::kDelivered));
  EXPECT_THAT(Told(), ElementsAre("write Encounter"));
}

TEST_F(IntentTest, EndsWithTheVersionThatLooked) {
  Add("S-1");
  ClaimAndIntend(kFirst, {encounter_, pressure_});
  Reopen();
  PutWithout(kSecond);
  connector_->Become([&](const Attempted& attempted, plugin::EmitSink& sink) {
    std::string body = R"({"entries":[)";
    for (const std::string& entry : attempted.entries) {
      if (body.back() != '[') body += ",";
      body += entry == pressure_ ? R"({"entry":")" + entry + R"(","state":"unsupported"})"
                                 : R"({"entry":")" + entry + R"(","state":"delivered","remote":")" +
                                       entry + R"(","version":"1"})";
    }
    return Result(sink.OnEmit({"application/vnd.kgw.entry+json", "", body + "]}"}));
  });
  Start();
  ASSERT_TRUE(Becomes(kSecond, DeliveryState::kDelivered));
  connector_->Become(&DeliverAll);
  PutWithout(kThird);
  ASSERT_TRUE(Becomes(kThird, DeliveryState::kDelivered));
  EXPECT_THAT(Told(), ElementsAre("write Encounter"));
}

}  // namespace
}  // namespace kgw::delivery
