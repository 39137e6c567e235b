// What a record no longer has is taken back.
#include <memory>

#include "tests/plugins/fhir_rest/deliver_fixture.h"

namespace kgw::fhir_rest {
namespace {

using ::testing::IsEmpty;

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

TEST_F(DeliverTest, WhatIsGoneIsDeletedOnlyWhereTheOperatorWantsIt) {
  config_ = R"({"url":"https://ehr.example.org/fhir","settings":{"remove":"delete"}})";
  ASSERT_EQ(Deliver(Session()), KGW_OK);
  UnitText unit;
  unit.Remove(Observation(), RemoteOf(ObservationB(), "1"));
  ASSERT_EQ(Deliver(unit), KGW_OK);
  EXPECT_FALSE(server_.resources.contains(ObservationB()));
}

}  // namespace
}  // namespace kgw::fhir_rest
