// Writing: transactions, single requests, updates, and what a far side does not take.
#include <algorithm>

#include "tests/plugins/fhir_rest/deliver_fixture.h"

namespace kgw::fhir_rest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

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
      ASSERT_EQ(DeliverFirst(server, transactions), KGW_OK);
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
    Face(server);
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

TEST_F(DeliverTest, TypesThatAreNotTakenAreUnsupportedAndReferredToLogically) {
  for (const bool transactions : {true, false}) {
    FakeFhir server;
    server.transaction = transactions;
    server.types_taken = {"Observation"};
    Face(server);
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

}  // namespace
}  // namespace kgw::fhir_rest
