#include "gateway/delivery/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gateway/delivery/world.h"

namespace kgw::delivery {
namespace {

using ::testing::ElementsAre;

class JournalTest : public EngineTest {
 protected:
  JournalTest() {
    key_ = {Add("S-1"), store::kEhr};
    units_ = *store::Claim(*store_, store::kEhr, 1, clock_.Now());
    journal_ = std::make_unique<Journal>(*store_, key_, units_.at(0).claim.token,
                                         std::vector<std::string>{"Encounter/e", "Observation/o"});
  }
  absl::Status Emit(const std::string& type, const std::string& name, const std::string& body) {
    return journal_->OnEmit({"application/vnd.kgw." + type + "+json", name, body});
  }

  store::DeliveryKey key_;
  std::vector<store::Unit> units_;
  std::unique_ptr<Journal> journal_;
};

TEST_F(JournalTest, ResultsComeOneByOneOrTogether) {
  EXPECT_TRUE(Emit("entry", "Encounter/e", R"({"state":"linked","remote":"Encounter/1"})").ok());
  EXPECT_THAT(journal_->Missing(), ElementsAre("Observation/o"));
  EXPECT_TRUE(
      Emit("entry", "", R"({"entries":[{"entry":"Observation/o","state":"unsupported"}]})").ok());
  EXPECT_TRUE(journal_->Missing().empty());
  EXPECT_EQ(Row(key_.record).entries.size(), 2u);
}

TEST_F(JournalTest, WhatBreaksTheContractIsRefusedAndWritesNothing) {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"entry", "Patient/p", R"({"state":"delivered","remote":"Patient/1"})"},
      {"entry", "Encounter/e", R"({"state":"perhaps"})"},
      {"entry", "Encounter/e", R"({"state":"delivered"})"},
      {"entry", "Encounter/e", "not json"},
      {"entry", "", "{}"},
      {"intent", "", R"({"entries":["Patient/p"]})"},
      {"intent", "", R"({"entries":[]})"},
      {"intent", "", R"({"entries":["Encounter/e"],"withdrawn":true})"},
      {"error", "", "["},
      {"fhir", "", "{}"}};
  for (const auto& [type, name, body] : cases) {
    EXPECT_EQ(Emit(type, name, body).code(), absl::StatusCode::kInvalidArgument) << body;
  }
  EXPECT_FALSE(journal_->contract_status().ok());
  EXPECT_TRUE(journal_->store_status().ok());
  EXPECT_TRUE(Row(key_.record).entries.empty());
}

TEST_F(JournalTest, AnIntentIsWithdrawnOnceAndNeverWithItsResult) {
  const std::string withdrawal = R"({"entries":["Encounter/e"],"withdrawn":true})";
  ASSERT_TRUE(Emit("intent", "", R"({"entries":["Encounter/e","Observation/o"]})").ok());
  ASSERT_TRUE(Emit("intent", "", withdrawal).ok());
  ASSERT_EQ(Row(key_.record).entries.size(), 1u);
  EXPECT_EQ(Row(key_.record).entries[0].resource, "Observation/o");
  EXPECT_EQ(Emit("intent", "", withdrawal).code(), absl::StatusCode::kInvalidArgument);

  ASSERT_TRUE(Emit("intent", "", R"({"entries":["Encounter/e"]})").ok());
  ASSERT_TRUE(Emit("entry", "Encounter/e", R"({"state":"delivered","remote":"Encounter/1"})").ok());
  EXPECT_EQ(Emit("intent", "", withdrawal).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Row(key_.record).entries.size(), 2u);
  EXPECT_THAT(journal_->Missing(), ElementsAre("Observation/o"));
}

TEST_F(JournalTest, TheFarSidesWordsAreBounded) {
  std::string words;
  for (int i = 0; i < 5000; ++i) words += "\xc3\xa4";
  ASSERT_TRUE(Emit("error", "", R"({"class":"rejected","text":")" + words + "\"}").ok());
  EXPECT_LE(journal_->error()->text.size(), 4096u);
  EXPECT_EQ(journal_->error()->text.size() % 2, 0u);
  EXPECT_EQ(Row(key_.record).error.error_class, store::ErrorClass::kRejected);
}

// Classes are in logs and metrics, and the words go to people's terminals.
TEST_F(JournalTest, TheFarSidesWordsStayWordsAndItsClassesAreKnown) {
  ASSERT_TRUE(Emit("error", "",
                   R"({"class":"Jane Example was not found","request_id":"\u001b[2J",)"
                   R"("text":"no\u001b]0;x\u0007 such\n\u009b2Jpatient\u007f \u00e4"})")
                  .ok());
  EXPECT_EQ(journal_->error()->error_class, store::ErrorClass::kNone);
  EXPECT_EQ(journal_->error()->request_id, " [2J");
  EXPECT_EQ(journal_->error()->text, "no ]0;x  such\n  2Jpatient  \xc3\xa4");
  ASSERT_TRUE(Emit("error", "", R"({"class":"too_large"})").ok());
  EXPECT_EQ(journal_->error()->error_class, store::ErrorClass::kTooLarge);
}

}  // namespace
}  // namespace kgw::delivery
