// Intents, answers that never came, and looking before anything is sent again.
#include <memory>

#include "tests/plugins/fhir_rest/deliver_fixture.h"

namespace kgw::fhir_rest {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(DeliverTest, EachIntentIsDurableBeforeItsRequestLeaves) {
  SearchOnly();
  plugin_ = std::make_unique<testing::FakePlugin>(&kgw_entry_v1, host_, config_);
  call_ = std::make_unique<testing::FakeCall>();
  size_t intents = 0;
  size_t writes_seen = 0;
  call_->OnEachEmit([&](const testing::Emit& emit) {
    if (emit.media_type != "application/vnd.kgw.intent+json") return;
    EXPECT_EQ(server_.writes.size(), intents++);
    writes_seen = server_.writes.size();
  });
  ASSERT_EQ(plugin_->Deliver(*call_, Session().Text()), KGW_OK);
  EXPECT_EQ(intents, 3u);
  EXPECT_EQ(writes_seen, 2u);
}

TEST_F(DeliverTest, AnIntentThatDoesNotBecomeDurableSendsNothing) {
  SearchOnly();
  plugin_ = std::make_unique<testing::FakePlugin>(&kgw_entry_v1, host_, config_);
  call_ = std::make_unique<testing::FakeCall>();
  call_->FailEmitsFrom(0, KGW_UNAVAILABLE);
  EXPECT_EQ(plugin_->Deliver(*call_, Session().Text()), KGW_UNAVAILABLE);
  EXPECT_THAT(server_.writes, IsEmpty());
  EXPECT_THAT(call_->violations(), IsEmpty());
}

TEST_F(DeliverTest, ALostAnswerIsResolvedByLooking) {
  SearchOnly();
  int lost = 0;
  server_.lose_answer = [&](const FakeFhir::Http::Request& request) {
    return request.method == "POST" && ++lost <= 3;
  };
  ASSERT_EQ(Deliver(Session()), KGW_OK);
  EXPECT_EQ(lost, 3);
  EXPECT_EQ(server_.CountOf("Encounter"), 1);
  EXPECT_EQ(server_.CountOf("Observation"), 1);
  EXPECT_EQ(server_.CountOf("Provenance"), 1);
  EXPECT_THAT(ResultOf(ProvenanceC()), HasSubstr("delivered Provenance/"));
}

TEST_F(DeliverTest, AnIntentOfAnEarlierAttemptIsLookedForBeforeAnythingIsSent) {
  SearchOnly();
  const std::string there = server_.Add(Encounter(kIdA, R"(,"language":"en")"));
  UnitText unit;
  unit.Write(Encounter(), R"(,"intended":true)");
  ASSERT_EQ(Deliver(unit), KGW_OK);
  EXPECT_EQ(ResultOf(EncounterA()), "delivered " + there + " v2");
  EXPECT_EQ(server_.CountOf("Encounter"), 1);
}

TEST_F(DeliverTest, WhatCannotBeLookedForIsNotSentTwice) {
  SearchOnly();
  server_.search = false;
  UnitText unit;
  unit.Write(Encounter(), R"(,"intended":true)");
  EXPECT_EQ(Deliver(unit), KGW_FAILED_PRECONDITION);
  EXPECT_EQ(Error().TextOf("class"), "ambiguous");
  EXPECT_THAT(server_.writes, IsEmpty());
}

TEST_F(DeliverTest, ALostTransactionOfPutsIsSimplySentAgain) {
  bool lose = true;
  server_.lose_answer = [&](const FakeFhir::Http::Request& request) {
    return request.method == "POST" && std::exchange(lose, false);
  };
  EXPECT_EQ(Deliver(Session()), KGW_ABORTED);
  EXPECT_EQ(Error().TextOf("class"), "unavailable");
  ASSERT_EQ(Deliver(Session()), KGW_OK);
  EXPECT_EQ(server_.resources.size(), 3u);
}

TEST_F(DeliverTest, ALostTransactionOfCreatesIsLookedForAndDoublesNothing) {
  server_.update_create = false;
  server_.conditional_create = false;
  bool lose = true;
  server_.lose_answer = [&](const FakeFhir::Http::Request& request) {
    return request.method == "POST" && std::exchange(lose, false);
  };
  EXPECT_EQ(Deliver(Session()), KGW_ABORTED);
  UnitText again;
  const std::string intended = R"(,"intended":true)";
  again.Write(Encounter(), intended).Write(Observation(), intended).Write(Provenance(), intended);
  again.Refer(std::string("Patient/") + kIdP, "Patient/77");
  ASSERT_EQ(Deliver(again), KGW_OK);
  EXPECT_EQ(server_.CountOf("Encounter"), 1);
  EXPECT_EQ(server_.CountOf("Observation"), 1);
  EXPECT_EQ(server_.CountOf("Provenance"), 1);
}

TEST_F(DeliverTest, ACreateThatDoesNotSayWhereIsFoundByLooking) {
  NoTransactions();
  server_.say_location = false;
  UnitText unit;
  unit.Write(Encounter());
  ASSERT_EQ(Deliver(unit), KGW_OK);
  EXPECT_THAT(ResultOf(EncounterA()), HasSubstr("delivered Encounter/1"));
}

TEST_F(DeliverTest, AnAdverseEventIsLookedForAmongThoseOfItsPatient) {
  for (const bool transactions : {true, false}) {
    FakeFhir server;
    server.transaction = transactions;
    server.update_create = false;
    Face(server);
    server.Add(
        R"({"resourceType":"AdverseEvent","identifier":{"system":"https://kap-gateway.org/fhir/id/test","value":"other"},)"
        R"("subject":{"reference":"Patient/77"}})");
    auto unit = [&](const std::string& more) {
      UnitText text;
      text.Write(
          std::string(R"({"resourceType":"AdverseEvent","id":")") + kIdB +
              R"(","identifier":{"system":"https://kap-gateway.org/fhir/id/test","value":"ae"},"subject":{"reference":)"
              R"("Patient/)" +
              kIdP + "\"}}",
          more);
      text.Refer(std::string("Patient/") + kIdP, "Patient/77");
      return text;
    };
    ASSERT_EQ(Deliver(unit("")), KGW_OK) << Error().TextOf("text");
    const std::string first = ResultOf(std::string("AdverseEvent/") + kIdB);
    ASSERT_EQ(Deliver(unit(R"(,"intended":true)")), KGW_OK);
    EXPECT_EQ(server.CountOf("AdverseEvent"), 2);
    EXPECT_THAT(first, HasSubstr("delivered AdverseEvent/"));
  }
}

TEST_F(DeliverTest, ATransactionThatDoesNotSayWhereIsNotFollowedByASecondCreate) {
  server_.update_create = false;
  server_.say_location = false;
  UnitText unit;
  unit.Write(std::string(R"({"resourceType":"Observation","id":")") + kIdB +
             R"(","status":"final"})");
  EXPECT_EQ(Deliver(unit), KGW_FAILED_PRECONDITION);
  EXPECT_EQ(Error().TextOf("class"), "ambiguous");
  EXPECT_EQ(server_.CountOf("Observation"), 1);
}

TEST_F(DeliverTest, AnIntentThatCameToNothingIsCreatedOnConditionAllTheSame) {
  for (const bool transactions : {true, false}) {
    FakeFhir server;
    server.transaction = transactions;
    server.update_create = false;
    Face(server);
    UnitText unit;
    unit.Write(Encounter(), R"(,"intended":true)");
    // The earlier request arrives after all, once we have looked.
    server.before =
        [&](const FakeFhir::Http::Request& request) -> std::optional<FakeFhir::Http::Response> {
      if (request.method == "POST" && server.resources.empty()) server.Add(Encounter());
      return std::nullopt;
    };
    ASSERT_EQ(Deliver(unit), KGW_OK);
    EXPECT_EQ(server.CountOf("Encounter"), 1);
  }
}

// The gateway ends, starts again and looks while the far side still works on the earlier request.
TEST_F(DeliverTest, WhatTheFarSideIsStillAtWorkOnIsFoundByTheSecondLook) {
  config_ = R"({"url":"https://ehr.example.org/fhir","settings":{"settle_ms":"20"}})";
  for (const bool removed : {true, false}) {
    FakeFhir server;
    server.update_create = removed;
    Face(server);
    int looks = 0;
    server.before =
        [&](const FakeFhir::Http::Request& request) -> std::optional<FakeFhir::Http::Response> {
      const bool look =
          request.method == "GET" && request.url.find("Observation") != std::string::npos;
      // Under our id and by identifier, or by identifier alone; then once more.
      if (look && ++looks == (removed ? 3 : 2)) server.Add(Observation());
      return std::nullopt;
    };
    UnitText unit;
    if (removed) {
      unit.Remove(Observation(), R"(,"intended":true)");
    } else {
      unit.Write(Observation(), R"(,"intended":true)");
    }
    ASSERT_EQ(Deliver(unit), KGW_OK);
    EXPECT_GE(looks, removed ? 3 : 2) << "what was made without looking again looks the same";
    EXPECT_EQ(server.CountOf("Observation"), 1);
    EXPECT_EQ(server.resources.begin()->second.TextOf("status"),
              removed ? "entered-in-error" : "final");
    EXPECT_THAT(ResultOf(ObservationB()), HasSubstr("delivered Observation/1"));
  }
}

}  // namespace
}  // namespace kgw::fhir_rest
