#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "tests/plugins/fhir_rest/deliver_fixture.h"

namespace kgw::fhir_rest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(DeliverTest, ATransactionPutsEverythingUnderOurIds) {
  ASSERT_EQ(Deliver(Session()), KGW_OK);
  EXPECT_THAT(server_.writes, ElementsAre("POST transaction"));
  EXPECT_EQ(ResultOf(EncounterA()), "delivered " + EncounterA() + " v1");
  EXPECT_EQ(ResultOf(ProvenanceC()), "delivered " + ProvenanceC() + " v1");
  EXPECT_EQ(Intents().size(), 3u);
  EXPECT_EQ(IntentEmits(), 1);
  const Json& encounter = server_.resources.at(EncounterA());
  EXPECT_EQ(encounter["subject"].TextOf("reference"), "Patient/77");
  EXPECT_THAT(WriteJson(server_.resources.at(ObservationB())), HasSubstr("120.50"));
}

TEST_F(DeliverTest, TheSameTransactionAgainDoublesNothing) {
  ASSERT_EQ(Deliver(Session()), KGW_OK);
  ASSERT_EQ(Deliver(Session()), KGW_OK);
  EXPECT_EQ(server_.resources.size(), 3u);
}

TEST_F(DeliverTest, ATransactionWithoutIdsOfOursLetsTheServerGiveThem) {
  server_.update_create = false;
  ASSERT_EQ(Deliver(Session()), KGW_OK);
  EXPECT_EQ(server_.resources.size(), 3u);
  EXPECT_THAT(ResultOf(EncounterA()), HasSubstr("delivered Encounter/1"));
  const std::string encounter = ResultOf(EncounterA()).substr(10, 13);
  const std::string observation = ResultOf(ObservationB()).substr(10, 15);
  EXPECT_EQ(server_.resources.at(observation)["encounter"].TextOf("reference"), encounter);
  EXPECT_EQ(Intents().size(), 3u);
}

TEST_F(DeliverTest, AnUpdateNamesTheVersionItKnows) {
  ASSERT_EQ(Deliver(Session()), KGW_OK);
  UnitText next;
  next.Write(Observation(kIdB, "130"), RemoteOf(ObservationB(), "1"));
  next.Refer(EncounterA(), EncounterA());
  ASSERT_EQ(Deliver(next), KGW_OK);
  EXPECT_EQ(ResultOf(ObservationB()), "delivered " + ObservationB() + " v2");
  EXPECT_THAT(http_.requests().back().body, HasSubstr(R"("ifMatch":"W/\"1\"")"));
}

TEST_F(DeliverTest, AStaleVersionIsReadAndWrittenOverOnceAndSaidSo) {
  for (const int status : {412, 409}) {
    for (const bool transactions : {true, false}) {
      FakeFhir server;
      server.stale_status = status;
      server.transaction = transactions;
      server.Serve(http_);
      plugin_ = nullptr;
      UnitText first;
      first.Write(Observation());
      ASSERT_EQ(Deliver(first), KGW_OK);
      server.Touch(ObservationB());
      UnitText next;
      next.Write(Observation(kIdB, "130"), RemoteOf(ObservationB(), "1"));
      ASSERT_EQ(Deliver(next), KGW_OK);
      EXPECT_EQ(ResultOf(ObservationB()), "delivered " + ObservationB() + " v3");
      ASSERT_EQ(call_->issues().size(), 1u);
      EXPECT_EQ(call_->issues()[0].code, "conflict");
      EXPECT_THAT(WriteJson(server.resources.at(ObservationB())), HasSubstr("130"));
    }
  }
}

TEST_F(DeliverTest, AConflictThatIsNobodysChangeIsTriedLater) {
  UnitText first;
  first.Write(Observation());
  ASSERT_EQ(Deliver(first), KGW_OK);
  server_.before =
      [](const FakeFhir::Http::Request& request) -> std::optional<FakeFhir::Http::Response> {
    if (request.method != "POST") return std::nullopt;
    return FakeFhir::Http::Response{KGW_OK, 409, {}, "", ""};
  };
  UnitText next;
  next.Write(Observation(kIdB, "130"), RemoteOf(ObservationB(), "1"));
  EXPECT_EQ(Deliver(next), KGW_ABORTED);
  EXPECT_EQ(Error().TextOf("class"), "conflict");
}

TEST_F(DeliverTest, AServerThatRefusesTransactionsAfterAllGetsSingleRequests) {
  server_.refuse_transaction = true;
  ASSERT_EQ(Deliver(Session()), KGW_OK);
  EXPECT_THAT(server_.writes, ElementsAre("PUT Encounter", "PUT Observation", "PUT Provenance"));
  const size_t before = http_.requests().size();
  ASSERT_EQ(Deliver(Session()), KGW_OK);
  // It is not asked again, nor is /metadata.
  EXPECT_EQ(http_.requests().size(), before + 3);
}

TEST_F(DeliverTest, ConditionalCreateNamesTheIdentifierBare) {
  NoTransactions();
  UnitText unit;
  unit.Write(Encounter());
  ASSERT_EQ(Deliver(unit), KGW_OK);
  const auto& headers = http_.requests().back().headers;
  const auto header = std::ranges::find(headers, "If-None-Exist", &sdk::Header::name);
  ASSERT_NE(header, headers.end());
  EXPECT_EQ(header->value, "identifier=https%3A%2F%2Fkap-gateway.org%2Ffhir%2Fid%2Ftest%7Cenc-a");
  EXPECT_THAT(Intents(), ElementsAre(EncounterA()));
}

TEST_F(DeliverTest, AConditionalCreateThatMeetsAnOlderBodyBringsItUpToDate) {
  for (const bool transactions : {true, false}) {
    FakeFhir server;
    server.transaction = transactions;
    server.update_create = false;
    server.Serve(http_);
    plugin_ = nullptr;
    const std::string there = server.Add(Observation(kIdB, "1"));
    UnitText unit;
    unit.Write(Observation(kIdB, "2.0"));
    ASSERT_EQ(Deliver(unit), KGW_OK);
    EXPECT_EQ(ResultOf(ObservationB()), "delivered " + there + " v2");
    EXPECT_THAT(WriteJson(server.resources.at(there)), HasSubstr("2.0"));
    EXPECT_EQ(server.CountOf("Observation"), 1);
  }
}

TEST_F(DeliverTest, WithoutConditionalCreateItLooksThenCreatesInOrder) {
  SearchOnly();
  ASSERT_EQ(Deliver(Session()), KGW_OK);
  EXPECT_THAT(server_.writes, ElementsAre("POST Encounter", "POST Observation", "POST Provenance"));
  EXPECT_THAT(Intents(), ElementsAre(EncounterA(), ObservationB(), ProvenanceC()));
}

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

TEST_F(DeliverTest, AMissingETagIsReadFromTheResource) {
  server_.say_etag = false;
  server_.say_location = false;
  UnitText unit;
  unit.Write(Encounter());
  ASSERT_EQ(Deliver(unit), KGW_OK);
  EXPECT_EQ(ResultOf(EncounterA()), "delivered " + EncounterA() + " v1");
  server_.transaction = false;
  plugin_ = nullptr;
  ASSERT_EQ(Deliver(unit), KGW_OK);
  EXPECT_EQ(ResultOf(EncounterA()), "delivered " + EncounterA() + " v2");
}

TEST_F(DeliverTest, ACreateThatDoesNotSayWhereIsFoundByLooking) {
  NoTransactions();
  server_.say_location = false;
  UnitText unit;
  unit.Write(Encounter());
  ASSERT_EQ(Deliver(unit), KGW_OK);
  EXPECT_THAT(ResultOf(EncounterA()), HasSubstr("delivered Encounter/1"));
}

TEST_F(DeliverTest, PeopleAreLinkedByIdentifierBirthDateAndFamily) {
  const std::string there = server_.Add(Patient("LOVE LACE"));
  UnitText unit;
  unit.Write(Patient());
  ASSERT_EQ(Deliver(unit), KGW_OK);
  EXPECT_EQ(ResultOf(std::string("Patient/") + kIdP), "linked " + there + " v1");
  EXPECT_THAT(server_.writes, IsEmpty());
}

TEST_F(DeliverTest, APatientWhoIsNotThereOrNotAloneOrAnotherHoldsTheLane) {
  UnitText unit;
  unit.Write(Patient());
  EXPECT_EQ(Deliver(unit), KGW_FAILED_PRECONDITION);
  EXPECT_EQ(Error().TextOf("class"), "unlinked");
  server_.Add(Patient("Byron"));
  EXPECT_EQ(Deliver(unit), KGW_FAILED_PRECONDITION);
  EXPECT_EQ(Error().TextOf("class"), "unlinked");
  EXPECT_THAT(Error().TextOf("text"), ::testing::Not(HasSubstr("Lovelace")));
  server_.Add(Patient());
  EXPECT_EQ(Deliver(unit), KGW_FAILED_PRECONDITION);
  EXPECT_EQ(Error().TextOf("class"), "ambiguous");
  EXPECT_THAT(server_.writes, IsEmpty());
}

TEST_F(DeliverTest, AMergedPatientIsNotLinked) {
  Json merged = ParseJson(Patient()).value();
  merged.Set("link",
             ParseJson(R"([{"type":"replaced-by","other":{"reference":"Patient/1"}}])").value());
  server_.Add(WriteJson(merged));
  UnitText unit;
  unit.Write(Patient());
  EXPECT_EQ(Deliver(unit), KGW_FAILED_PRECONDITION);
}

TEST_F(DeliverTest, AServerThatIgnoresTheIdentifierDoesNotGetSomebodyElseLinked) {
  server_.ignore_identifier = true;
  server_.page_size = 2;
  for (int i = 0; i < 5; ++i) {
    server_.Add(R"({"resourceType":"Patient","identifier":[{"system":"urn:mrn","value":"X"}],)"
                R"("name":[{"family":"Lovelace"}],"birthDate":"1990-02-03"})");
  }
  UnitText unit;
  unit.Write(Patient());
  EXPECT_EQ(Deliver(unit), KGW_FAILED_PRECONDITION);
  EXPECT_EQ(Error().TextOf("class"), "unlinked");
  for (int i = 0; i < 50; ++i) server_.Add(R"({"resourceType":"Patient"})");
  EXPECT_EQ(Deliver(unit), KGW_FAILED_PRECONDITION);
  EXPECT_EQ(Error().TextOf("class"), "ambiguous");
}

TEST_F(DeliverTest, WhoWasLinkedOnceIsNeverWrittenTo) {
  const std::string there = server_.Add(Patient());
  UnitText unit;
  unit.Write(Patient("Byron"),
             R"(,"remote":{"reference":")" + there + R"(","version":"1","state":"linked"})");
  ASSERT_EQ(Deliver(unit), KGW_OK);
  EXPECT_THAT(server_.writes, IsEmpty());
}

TEST_F(DeliverTest, AnEmergencyContactThatIsNotThereHoldsNobody) {
  server_.Add(Patient());
  UnitText unit;
  unit.Write(Patient());
  unit.Write(std::string(R"({"resourceType":"RelatedPerson","id":")") + kIdB +
             R"(","identifier":[{"system":"https://kap-gateway.org/fhir/id/test","value":"rp"}]})");
  ASSERT_EQ(Deliver(unit), KGW_OK);
  EXPECT_EQ(ResultOf(std::string("RelatedPerson/") + kIdB), "unsupported");
}

TEST_F(DeliverTest, PeopleAreMadeWhereTheOperatorWantsIt) {
  config_ = R"({"url":"https://ehr.example.org/fhir/","people":"create"})";
  UnitText unit;
  unit.Write(Patient());
  ASSERT_EQ(Deliver(unit), KGW_OK);
  EXPECT_EQ(ResultOf(std::string("Patient/") + kIdP),
            std::string("delivered Patient/") + kIdP + " v1");
}

TEST_F(DeliverTest, TypesThatAreNotTakenAreUnsupportedAndReferredToLogically) {
  for (const bool transactions : {true, false}) {
    FakeFhir server;
    server.transaction = transactions;
    server.types_taken = {"Observation"};
    server.Serve(http_);
    plugin_ = nullptr;
    ASSERT_EQ(Deliver(Session()), KGW_OK);
    EXPECT_EQ(ResultOf(EncounterA()), "unsupported");
    const Json& encounter = server.resources.at(ObservationB())["encounter"];
    EXPECT_EQ(encounter.TextOf("reference"), "");
    EXPECT_EQ(encounter["identifier"].TextOf("value"), std::string("urn:uuid:") + kIdA);
  }
}

TEST_F(DeliverTest, NothingTakenAtAllIsUnsupported) {
  server_.types_taken = {"Basic"};
  EXPECT_EQ(Deliver(Session()), KGW_UNIMPLEMENTED);
}

TEST_F(DeliverTest, AnAdverseEventIsLookedForAmongThoseOfItsPatient) {
  for (const bool transactions : {true, false}) {
    FakeFhir server;
    server.transaction = transactions;
    server.update_create = false;
    server.Serve(http_);
    plugin_ = nullptr;
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

TEST_F(DeliverTest, CirclesAreClosedByASecondWrite) {
  SearchOnly();
  UnitText unit;
  unit.Write(Encounter(kIdA, std::string(R"(,"diagnosis":[{"condition":{"reference":"Condition/)") +
                                 kIdC + "\"}}]"));
  unit.Write(
      std::string(R"({"resourceType":"Condition","id":")") + kIdC +
      R"(","identifier":[{"system":"https://kap-gateway.org/fhir/id/test","value":"c"}],"encounter":{"reference":)"
      R"("Encounter/)" +
      kIdA + "\"}}");
  unit.Refer(std::string("Patient/") + kIdP, "Patient/77");
  ASSERT_EQ(Deliver(unit), KGW_OK);
  std::string encounter, condition;
  for (const auto& [reference, resource] : server_.resources) {
    (resource.TextOf("resourceType") == "Encounter" ? encounter : condition) = reference;
  }
  EXPECT_EQ(server_.resources.at(condition)["encounter"].TextOf("reference"), encounter);
  EXPECT_EQ(
      server_.resources.at(encounter)["diagnosis"].items.at(0)["condition"].TextOf("reference"),
      condition);
}

TEST_F(DeliverTest, WhatIsGoneFromARecordIsMarkedAsEnteredInError) {
  ASSERT_EQ(Deliver(Session()), KGW_OK);
  UnitText unit;
  unit.Remove(Observation(), RemoteOf(ObservationB(), "1"));
  unit.Remove(Provenance(), RemoteOf(ProvenanceC(), "1"));
  ASSERT_EQ(Deliver(unit), KGW_OK);
  EXPECT_EQ(server_.resources.at(ObservationB()).TextOf("status"), "entered-in-error");
  EXPECT_EQ(ResultOf(ObservationB()), "delivered " + ObservationB() + " v2");
  EXPECT_EQ(ResultOf(ProvenanceC()), "unsupported " + ProvenanceC() + " v1");
}

TEST_F(DeliverTest, WhatIsGoneAndWasPerhapsLeftThereIsLookedFor) {
  server_.lose_answer = [](const FakeFhir::Http::Request& request) {
    return request.method == "POST";
  };
  ASSERT_EQ(Deliver(Session()), KGW_ABORTED);
  EXPECT_THAT(Intents(), ::testing::Contains(ObservationB()));
  server_.lose_answer = nullptr;
  UnitText unit;
  unit.Remove(Observation(), R"(,"intended":true)");
  ASSERT_EQ(Deliver(unit), KGW_OK);
  EXPECT_EQ(server_.resources.at(ObservationB()).TextOf("status"), "entered-in-error");
  EXPECT_EQ(ResultOf(ObservationB()), "delivered " + ObservationB() + " v2");

  server_.resources.clear();
  unit.Write(Encounter());
  ASSERT_EQ(Deliver(unit), KGW_OK);
  EXPECT_EQ(ResultOf(ObservationB()), "unsupported");
}

// The process ends after a request has left and before its answer: only what was emitted before
// that request is durable. The next version comes without one resource, then without any.
TEST_F(DeliverTest, WhatAFirstPutLeftWhenTheProcessEndedIsTakenBack) {
  for (const bool transactions : {true, false}) {
    FakeFhir server;
    server.transaction = transactions;
    server.Serve(http_);
    plugin_ = std::make_unique<testing::FakePlugin>(&kgw_entry_v1, host_, config_);
    call_ = std::make_unique<testing::FakeCall>();
    std::vector<std::string> durable;  // intents when the first request arrived
    server.before =
        [&](const FakeFhir::Http::Request& request) -> std::optional<FakeFhir::Http::Response> {
      if (request.method == "GET" || !durable.empty()) return std::nullopt;
      durable = Intents();
      call_->FailEmitsFrom(1, KGW_UNAVAILABLE);  // nothing later is written down
      return std::nullopt;
    };
    EXPECT_EQ(plugin_->Deliver(*call_, Session().Text()), KGW_UNAVAILABLE);
    EXPECT_THAT(durable,
                ::testing::UnorderedElementsAre(EncounterA(), ObservationB(), ProvenanceC()));
    EXPECT_EQ(IntentEmits(), 1);
    server.before = nullptr;
    const bool left_there = server.resources.contains(ObservationB());

    UnitText without;
    const std::string intended = R"(,"intended":true)";
    without.Write(Encounter(), intended).Write(Provenance(), intended);
    without.Remove(Observation(), intended);
    ASSERT_EQ(Deliver(without), KGW_OK);
    EXPECT_EQ(left_there, transactions);
    if (left_there) {
      EXPECT_EQ(server.resources.at(ObservationB()).TextOf("status"), "entered-in-error");
      EXPECT_EQ(ResultOf(ObservationB()), "delivered " + ObservationB() + " v2");
    } else {
      EXPECT_FALSE(server.resources.contains(ObservationB()));
      EXPECT_EQ(ResultOf(ObservationB()), "unsupported");
    }
    EXPECT_THAT(call_->issues(), IsEmpty());
    EXPECT_EQ(IntentEmits(), 0) << "they are known already";
  }
}

TEST_F(DeliverTest, WhatAFirstPutLeftIsDeletedWhereTheOperatorWantsIt) {
  config_ = R"({"url":"https://ehr.example.org/fhir","settings":{"remove":"delete"}})";
  ASSERT_EQ(Deliver(Session()), KGW_OK);
  UnitText unit;
  unit.Remove(Observation(), R"(,"intended":true)");
  ASSERT_EQ(Deliver(unit), KGW_OK);
  EXPECT_FALSE(server_.resources.contains(ObservationB()));
}

TEST_F(DeliverTest, ARemovalOfWhatWasNeverThereIsQuiet) {
  UnitText unit;
  unit.Remove(Observation(), R"(,"intended":true)");
  EXPECT_EQ(Deliver(unit), KGW_OK);
  EXPECT_EQ(ResultOf(ObservationB()), "unsupported");
  EXPECT_THAT(call_->issues(), IsEmpty());
  EXPECT_THAT(server_.writes, IsEmpty());
}

TEST_F(DeliverTest, APersonWhoIsGoneIsTakenBackUnderOurIdAndNeverBySearch) {
  const std::string somebody = server_.Add(Patient());
  UnitText unit;
  unit.Remove(Patient(), R"(,"intended":true)");
  ASSERT_EQ(Deliver(unit), KGW_OK);
  EXPECT_THAT(server_.writes, IsEmpty());
  EXPECT_FALSE(server_.resources.at(somebody)["active"].kind == Json::Kind::kFalse);

  config_ = R"({"url":"https://ehr.example.org/fhir","people":"create"})";
  plugin_ = nullptr;
  UnitText made;
  made.Write(Patient());
  ASSERT_EQ(Deliver(made), KGW_OK);
  ASSERT_EQ(Deliver(unit), KGW_OK);
  const std::string ours = std::string("Patient/") + kIdP;
  EXPECT_EQ(server_.resources.at(ours)["active"].kind, Json::Kind::kFalse);
  EXPECT_NE(server_.resources.at(somebody)["active"].kind, Json::Kind::kFalse);
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
    server.Serve(http_);
    plugin_ = nullptr;
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
    server.Serve(http_);
    plugin_ = nullptr;
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
    EXPECT_EQ(server.CountOf("Observation"), 1);
    EXPECT_EQ(server.resources.begin()->second.TextOf("status"),
              removed ? "entered-in-error" : "final");
    EXPECT_THAT(ResultOf(ObservationB()), HasSubstr("delivered Observation/1"));
  }
}

TEST_F(DeliverTest, WhatIsGoneIsDeletedOnlyWhereTheOperatorWantsIt) {
  config_ = R"({"url":"https://ehr.example.org/fhir","settings":{"remove":"delete"}})";
  ASSERT_EQ(Deliver(Session()), KGW_OK);
  UnitText unit;
  unit.Remove(Observation(), RemoteOf(ObservationB(), "1"));
  ASSERT_EQ(Deliver(unit), KGW_OK);
  EXPECT_FALSE(server_.resources.contains(ObservationB()));
}

// --- what the far side may answer ---------------------------------------------------------------

struct StatusCase {
  int status;
  kgw_code code;
  const char* error_class;
};

TEST_F(DeliverTest, EachStatusMeansOneThing) {
  const StatusCase cases[] = {{400, KGW_INVALID_ARGUMENT, "rejected"},
                              {401, KGW_UNAVAILABLE, "denied"},
                              {403, KGW_FAILED_PRECONDITION, "denied"},
                              {410, KGW_INVALID_ARGUMENT, "rejected"},
                              {422, KGW_INVALID_ARGUMENT, "rejected"},
                              {429, KGW_RESOURCE_EXHAUSTED, "unavailable"},
                              {500, KGW_UNAVAILABLE, "unavailable"},
                              {503, KGW_UNAVAILABLE, "unavailable"},
                              {302, KGW_ABORTED, "protocol"}};
  for (const StatusCase& one : cases) {
    server_.before =
        [&](const FakeFhir::Http::Request& request) -> std::optional<FakeFhir::Http::Response> {
      if (request.method == "GET") return std::nullopt;
      return FakeFhir::Http::Response{
          KGW_OK,
          one.status,
          {{"X-Request-Id", "r-1"}, {"Retry-After", "7"}},
          R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid",)"
          R"("diagnostics":"their own words","expression":["Encounter.status"]}]})",
          ""};
    };
    EXPECT_EQ(Deliver(Session()), one.code) << one.status;
    EXPECT_EQ(Error().TextOf("class"), one.error_class) << one.status;
    EXPECT_EQ(Error()["http_status"].text, std::to_string(one.status));
    EXPECT_EQ(Error().TextOf("request_id"), "r-1");
    EXPECT_THAT(Error().TextOf("text"), HasSubstr("their own words"));
    EXPECT_EQ(call_->retry_after().at(0), 7000);
  }
}

TEST_F(DeliverTest, BodiesThatAreNoAnswerToATransactionAreAProtocolFailure) {
  const std::string bodies[] = {"",
                                "<html>fine</html>",
                                R"({"resourceType":"Bundle","entry":[)",
                                R"({"resourceType":"Bundle","entry":[]})",
                                R"({"resourceType":"Patient"})",
                                R"({"resourceType":"Bundle","entry":[{},{},{}]})",
                                std::string(100000, '[')};
  for (const std::string& body : bodies) {
    server_.before =
        [&](const FakeFhir::Http::Request& request) -> std::optional<FakeFhir::Http::Response> {
      if (request.method == "GET") return std::nullopt;
      return FakeFhir::Http::Response{KGW_OK, 200, {}, body, ""};
    };
    EXPECT_EQ(Deliver(Session()), KGW_ABORTED) << body.substr(0, 40);
    EXPECT_EQ(Error().TextOf("class"), "protocol");
  }
}

TEST_F(DeliverTest, AFarSideThatIsNotThereIsTriedLater) {
  server_.before = [](const FakeFhir::Http::Request&) {
    return FakeFhir::Http::Response{KGW_UNAVAILABLE, 0, {}, "", "connection refused"};
  };
  EXPECT_EQ(Deliver(Session()), KGW_UNAVAILABLE);
  server_.before = [](const FakeFhir::Http::Request&) {
    return FakeFhir::Http::Response{KGW_OK, 404, {}, "<html><b>nothing</b> here</html>", ""};
  };
  EXPECT_EQ(Deliver(Session()), KGW_UNAVAILABLE);  // /metadata's 404 is nobody's record's fault
  EXPECT_EQ(Error().TextOf("text"), "/metadata: nothing here");
  server_.before = [](const FakeFhir::Http::Request&) {
    return FakeFhir::Http::Response{KGW_OK, 200, {}, "<html>back soon</html>", ""};
  };
  EXPECT_EQ(Deliver(Session()), KGW_UNAVAILABLE);
  EXPECT_EQ(Error().TextOf("class"), "unavailable");  // not "protocol", which has an end
}

TEST_F(DeliverTest, TimeThatRunsOutKeepsWhatWasDone) {
  SearchOnly();
  server_.before = [&](const FakeFhir::Http::Request&) -> std::optional<FakeFhir::Http::Response> {
    if (!server_.writes.empty()) call_->set_deadline_ns(1);
    return std::nullopt;
  };
  EXPECT_EQ(Deliver(Session()), KGW_ABORTED);
  EXPECT_EQ(Error().TextOf("class"), "timeout");
  EXPECT_THAT(ResultOf(EncounterA()), HasSubstr("delivered"));
}

TEST_F(DeliverTest, TheProbeTellsWhatTheFarSideCanDo) {
  server_.types_taken = {"Observation"};
  plugin_ = std::make_unique<testing::FakePlugin>(&kgw_entry_v1, host_, config_);
  testing::FakeCall call;
  ASSERT_EQ(plugin_->Probe(call), KGW_OK);
  ASSERT_EQ(call.emits().size(), 1u);
  EXPECT_EQ(call.emits()[0].body,
            R"({"software":"Fake 1","fhir_version":"4.0.1","transaction":true,"types":[{"type":)"
            R"("Observation","create":true,"update":true,"update_create":true,)"
            R"("conditional_create":true,"search":true}]})");
}

TEST_F(DeliverTest, AWrongConfigurationIsNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"[]", "the configuration"},
      {R"({"url":"ftp://x"})", "url"},
      {R"({"url":"https://x/fhir?a=b"})", "url"},
      {R"({"url":"https://x","people":"invent"})", "people"},
      {R"({"url":"https://x","settings":{"bundel":"single"}})", "bundel"},
      {R"({"url":"https://x","settings":{"search_pages":"many"}})", "settings.search_pages"}};
  for (const auto& [config, field] : cases) {
    testing::FakePlugin plugin(&kgw_entry_v1, host_, config);
    EXPECT_EQ(plugin.create_code(), KGW_INVALID_ARGUMENT) << config;
    ASSERT_EQ(plugin.create_call().issues().size(), 1u);
    EXPECT_THAT(plugin.create_call().issues()[0].text, HasSubstr(field));
  }
}

}  // namespace
}  // namespace kgw::fhir_rest
