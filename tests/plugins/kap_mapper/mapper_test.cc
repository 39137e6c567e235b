// The plug-in through its C table, with the fakes of the SDK.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "kgw/testing.hpp"

extern "C" const kgw_plugin* kgw_entry_v1(uint32_t);

namespace kgw::kap {
namespace {

using kgw::testing::FakeCall;
using kgw::testing::FakeHost;
using kgw::testing::FakePlugin;

constexpr char kRecord[] = "application/vnd.kap.record+json";
constexpr char kSignal[] = "application/vnd.kgw.signal+json";

std::string Golden(const std::string& name) {
  std::ifstream in("tests/golden/" + name + ".record.json");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_FALSE(text.empty()) << name;
  return text;
}

class MapperTest : public ::testing::Test {
 protected:
  kgw_code Map(const std::string& record, std::string_view config = "{}") {
    FakePlugin plugin(&kgw_entry_v1, host_, config);
    EXPECT_EQ(plugin.create_code(), KGW_OK);
    const kgw_code code = plugin.Map(call_, kRecord, record);
    EXPECT_TRUE(call_.violations().empty());
    return code;
  }

  std::vector<std::string> Signals() const {
    std::vector<std::string> names;
    for (const auto& emit : call_.emits()) {
      if (emit.media_type == kSignal) names.push_back(emit.name);
    }
    return names;
  }

  bool Says(std::string_view role, std::string_view text) const {
    const auto* emit = call_.Find(role);
    EXPECT_NE(emit, nullptr) << role;
    return emit != nullptr && emit->body.find(text) != std::string::npos;
  }

  FakeHost host_;
  FakeCall call_;
};

TEST_F(MapperTest, ResourcesBeginAsTheHostExpects) {
  ASSERT_EQ(Map(Golden("Session/large")), KGW_OK);
  EXPECT_GE(call_.emits().size(), 60u);
  for (const auto& emit : call_.emits()) {
    if (emit.media_type == kSignal) continue;
    const std::string type = emit.name.substr(0, emit.name.find('/'));
    EXPECT_TRUE(emit.body.starts_with("{\"resourceType\":\"" + type + "\",\"meta\":{\"source\":"))
        << emit.name;
  }
}

TEST_F(MapperTest, SignalsThoughtsOfDeath) {
  ASSERT_EQ(Map(Golden("Screening/phq9-27")), KGW_OK);
  EXPECT_EQ(Signals(), (std::vector<std::string>{"PHQ9_ITEM9"}));
}

TEST_F(MapperTest, SignalsSuicideRisk) {
  ASSERT_EQ(Map(Golden("Screening/cssrs-high")), KGW_OK);
  EXPECT_EQ(Signals(), (std::vector<std::string>{"CSSRS_HIGH"}));
  EXPECT_TRUE(Says("Observation/score/Q-1", "LA9193-9"));
}

TEST_F(MapperTest, AnIncompleteScreenerWithholdsTheRiskAndSignals) {
  ASSERT_EQ(Map(Golden("Screening/cssrs-incomplete")), KGW_OK);
  EXPECT_EQ(Signals(), (std::vector<std::string>{"CSSRS_MODERATE", "CSSRS_INCOMPLETE"}));
  EXPECT_TRUE(Says("Observation/score/Q-1", "dataAbsentReason"));
}

TEST_F(MapperTest, AcuteSuicidalitySignalsAndRaisesAFlag) {
  ASSERT_EQ(Map(Golden("Screening/acute-suicide")), KGW_OK);
  EXPECT_EQ(Signals(), (std::vector<std::string>{"ACUTE_SUICIDE_PRESENT"}));
  EXPECT_TRUE(Says("DetectedIssue/exclusion/X-ACUTE_SUICIDE", R"("severity":"high")"));
  EXPECT_TRUE(Says("Flag/exclusion/X-ACUTE_SUICIDE", R"("status":"active")"));
}

TEST_F(MapperTest, ARiskOfSuicideRaisesAFlagFromModerateOn) {
  ASSERT_EQ(Map(Golden("Screening/cssrs-moderate-lifetime")), KGW_OK);
  EXPECT_TRUE(Says("Flag/suicide-risk/Q-1", "CSSRS_MODERATE"));
  FakeCall low;
  FakePlugin plugin(&kgw_entry_v1, host_, "{}");
  ASSERT_EQ(plugin.Map(low, kRecord, Golden("Screening/cssrs-low")), KGW_OK);
  EXPECT_EQ(low.Find("Flag/suicide-risk/Q-1"), nullptr);
}

TEST_F(MapperTest, OldRecordsRaiseNoFlag) {
  for (const char* name : {"Screening/acute-suicide", "Screening/cssrs-high"}) {
    std::string record = Golden(name);
    record.insert(record.find('{') + 1, R"("loadMode":"LOAD_MODE_HISTORICAL",)");
    FakeCall call;
    FakePlugin plugin(&kgw_entry_v1, host_, "{}");
    ASSERT_EQ(plugin.Map(call, kRecord, record), KGW_OK);
    EXPECT_GT(call.emits().size(), 1u);
    for (const auto& emit : call.emits()) {
      EXPECT_FALSE(emit.name.starts_with("Flag/")) << name;
      EXPECT_NE(emit.media_type, kSignal) << name;
    }
  }
}

// Beside answers that do not decide it, a worse result of the sender's own is told at once.
TEST_F(MapperTest, AClaimBesideMissingAnswersIsNotLost) {
  ASSERT_EQ(Map(Golden("Screening/cssrs-incomplete-claimed-high")), KGW_OK);
  EXPECT_EQ(Signals(), (std::vector<std::string>{"CSSRS_HIGH", "CSSRS_INCOMPLETE"}));
  EXPECT_TRUE(Says("Observation/score/Q-1", "The sender's own result: high."));
}

TEST_F(MapperTest, AClaimBelowWhatTheAnswersProveWaitsForAPerson) {
  EXPECT_EQ(Map(Golden("Screening/cssrs-incomplete-claimed-low")), KGW_OK);
  EXPECT_EQ(Signals(), (std::vector<std::string>{"CSSRS_MODERATE", "CSSRS_INCOMPLETE"}));
  EXPECT_EQ(call_.issues().back().severity, KGW_ERROR);
  EXPECT_EQ(call_.issues().back().path, "screening.questionnaires[0].claimedRisk");
}

TEST_F(MapperTest, ATotalThatMissingAnswersCannotReachWaitsForAPerson) {
  const std::string record = Golden("Screening/phq9-incomplete-claimed");
  const std::string claim = R"("claimedTotal": 8)";  // seven points, one item missing
  ASSERT_NE(record.find(claim), std::string::npos);
  for (const auto& [total, agrees] : {std::pair{6, false}, {7, true}, {10, true}, {11, false}}) {
    std::string changed = record;
    changed.replace(changed.find(claim), claim.size(),
                    R"("claimedTotal": )" + std::to_string(total));
    FakeCall call;
    FakePlugin plugin(&kgw_entry_v1, host_, "{}");
    ASSERT_EQ(plugin.Map(call, kRecord, changed), KGW_OK);
    ASSERT_FALSE(call.issues().empty());
    EXPECT_EQ(call.issues().back().severity != KGW_ERROR, agrees) << total;
  }
}

TEST_F(MapperTest, ATotalWithoutAnswersLeavesItem9Open) {
  ASSERT_EQ(Map(Golden("Screening/phq9-claimed-only")), KGW_OK);
  EXPECT_EQ(Signals(), (std::vector<std::string>{"PHQ9_ITEM9_MISSING"}));
}

TEST_F(MapperTest, ADeathSignalsWhoeverCallsItSerious) {
  ASSERT_EQ(Map(Golden("Session/lists-in-any-order-fatal")), KGW_OK);
  EXPECT_EQ(Signals(), (std::vector<std::string>{"BP_PRE_HIGH", "ADVERSE_EVENT_SERIOUS"}));
}

TEST_F(MapperTest, TheOrderOfListsSaysNothing) {
  ASSERT_EQ(Map(Golden("Session/lists-in-any-order-fatal")), KGW_OK);
  EXPECT_TRUE(Says("MedicationAdministration/DO-1", "kap-session-number"));
  EXPECT_FALSE(Says("MedicationAdministration/DO-2", "kap-session-number"));
  EXPECT_TRUE(Says("DetectedIssue/bp-pre-high", R"("identifiedDateTime":"2026-03-02T13:05)"));
}

TEST_F(MapperTest, WhatWasNotGivenHasNoDosage) {
  std::string record = Golden("Session/refused");
  const std::string reason = R"("reason":)";
  record.insert(record.find(reason), R"("units":"2","totalMg":"200","route":"ROUTE_SUBLINGUAL",)");
  ASSERT_EQ(Map(record), KGW_OK);
  EXPECT_FALSE(Says("MedicationAdministration/DO-1", "dosage"));
  ASSERT_EQ(call_.issues().size(), 1u);
  EXPECT_EQ(call_.issues()[0].path, "session.doses[0]");
}

TEST_F(MapperTest, HighPressureBeforeTheDoseIsAWarningAndASignal) {
  ASSERT_EQ(Map(Golden("Session/pressure-undecided")), KGW_OK);
  EXPECT_EQ(Signals(), (std::vector<std::string>{"BP_PRE_HIGH"}));
  ASSERT_EQ(call_.issues().size(), 1u);
  EXPECT_EQ(call_.issues()[0].severity, KGW_WARNING);
  EXPECT_EQ(call_.issues()[0].path, "session.vitals");
}

TEST_F(MapperTest, OldRecordsNeverAlert) {
  ASSERT_EQ(Map(Golden("Session/historical")), KGW_OK);
  EXPECT_TRUE(Signals().empty());
}

// The host parks what has an error; the signals must not be lost with it.
TEST_F(MapperTest, AContradictionWaitsForAPersonAndStillSignals) {
  EXPECT_EQ(Map(Golden("Screening/phq9-total-contradicts")), KGW_OK);
  EXPECT_EQ(Signals(), (std::vector<std::string>{"PHQ9_ITEM9"}));
  ASSERT_FALSE(call_.issues().empty());
  EXPECT_EQ(call_.issues().back().severity, KGW_ERROR);
  EXPECT_EQ(call_.issues().back().path, "screening.questionnaires[0].claimedTotal");
}

TEST_F(MapperTest, AWithheldTotalHasNoBand) {
  ASSERT_EQ(Map(Golden("Screening/phq9-item7-missing")), KGW_OK);
  EXPECT_TRUE(Says("Observation/score/Q-1", "dataAbsentReason"));
  EXPECT_FALSE(Says("Observation/score/Q-1", "interpretation"));
  EXPECT_FALSE(Says("Observation/score/Q-1", "valueQuantity"));
}

TEST_F(MapperTest, IssuesHoldNoValueOfTheRecord) {
  std::string record = Golden("Screening/full");
  ASSERT_EQ(Map(record), KGW_OK);
  for (const auto& issue : call_.issues()) {
    EXPECT_EQ(issue.text.find("Liver"), std::string::npos);
    EXPECT_EQ(issue.text.find("P-1"), std::string::npos);
  }
}

TEST_F(MapperTest, TheCanonicalBaseIsASetting) {
  ASSERT_EQ(
      Map(Golden("Visit/dosing"), R"({"settings":{"canonical_base":"https://example.org/kap"}})"),
      KGW_OK);
  for (const auto& emit : call_.emits()) {
    EXPECT_EQ(emit.body.find("kap-gateway.org"), std::string::npos) << emit.name;
  }
}

TEST_F(MapperTest, TheSpellingOfHcpcsIsASetting) {
  ASSERT_EQ(Map(Golden("Visit/dosing"), R"({"settings":{"hcpcs_system":"https://example.org/h"}})"),
            KGW_OK);
  EXPECT_TRUE(Says("ChargeItem/CH-2", "https://example.org/h"));
}

TEST_F(MapperTest, RefusesSettingsItDoesNotHave) {
  for (const char* config :
       {R"({"settings":{"canonical":"x"}})", R"({"settings":{"canonical_base":"x"}})",
        R"({"settings":{"pcl5_cut":"30"}})", R"({"settings":{"pcl5_cut":33}})",
        R"({"settings":[]})", "[", R"({"settings":{"gad7_item2_own_list":"yes"}})"}) {
    FakePlugin plugin(&kgw_entry_v1, host_, config);
    EXPECT_EQ(plugin.create_code(), KGW_INVALID_ARGUMENT) << config;
    ASSERT_EQ(plugin.create_call().issues().size(), 1u) << config;
    EXPECT_TRUE(plugin.create_call().issues()[0].text.starts_with("settings.")) << config;
  }
}

TEST_F(MapperTest, AnswersEveryInputWithACode) {
  const std::pair<const char*, kgw_code> cases[] = {
      {"", KGW_INVALID_ARGUMENT},
      {"[]", KGW_INVALID_ARGUMENT},
      {"{", KGW_INVALID_ARGUMENT},
      {"{}", KGW_UNIMPLEMENTED},
      {R"({"id":"X","session":{}})", KGW_FAILED_PRECONDITION},
      {R"({"id":"X","patient":"P","screening":7})", KGW_FAILED_PRECONDITION},
      {R"({"id":"X","patient":"P","outcome":{"questionnaires":[{"instrument":3}]}})",
       KGW_FAILED_PRECONDITION},
  };
  FakePlugin plugin(&kgw_entry_v1, host_, "{}");
  for (const auto& [record, code] : cases) {
    FakeCall call;
    EXPECT_EQ(plugin.Map(call, kRecord, record), code) << record;
    EXPECT_TRUE(call.violations().empty()) << record;
    EXPECT_FALSE(call.issues().empty()) << record;
  }
}

TEST_F(MapperTest, DeepNestingDoesNotUseUpTheStack) {
  const std::string bomb =
      R"({"session":)" + std::string(1 << 20, '[') + std::string(1 << 20, ']') + "}";
  EXPECT_NE(Map(bomb), KGW_OK);
}

TEST_F(MapperTest, TakesRecordsOnly) {
  FakePlugin plugin(&kgw_entry_v1, host_, "{}");
  EXPECT_EQ(plugin.Map(call_, "application/fhir+json", "{}"), KGW_UNIMPLEMENTED);
}

TEST_F(MapperTest, StopsWhenTheHostTakesNoMore) {
  call_.FailEmitsFrom(3, KGW_RESOURCE_EXHAUSTED);
  EXPECT_EQ(Map(Golden("Session/large")), KGW_RESOURCE_EXHAUSTED);
  EXPECT_EQ(call_.emits().size(), 3u);
}

TEST_F(MapperTest, OneBadItemLeavesTheOthersOfABatchAlone) {
  FakePlugin plugin(&kgw_entry_v1, host_, "{}");
  EXPECT_EQ(
      plugin.MapBatch(call_, kRecord, {Golden("Patient/minimal"), "{", Golden("Visit/planned")}),
      KGW_OK);
  EXPECT_EQ(call_.finished().at(0), KGW_OK);
  EXPECT_EQ(call_.finished().at(1), KGW_INVALID_ARGUMENT);
  EXPECT_EQ(call_.finished().at(2), KGW_OK);
}

TEST_F(MapperTest, MapsOnManyThreadsAtOnce) {
  FakePlugin plugin(&kgw_entry_v1, host_, "{}");
  const std::string record = Golden("Session/large");
  std::vector<std::thread> threads;
  std::vector<size_t> counts(4);
  for (size_t t = 0; t < counts.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        FakeCall call;
        if (plugin.Map(call, kRecord, record) != KGW_OK) return;
        counts[t] = call.emits().size();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const size_t count : counts) EXPECT_EQ(count, counts[0]);
  EXPECT_GE(counts[0], 60u);
}

}  // namespace
}  // namespace kgw::kap
