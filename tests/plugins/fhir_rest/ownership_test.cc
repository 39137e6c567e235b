#include "plugins/fhir_rest/ownership.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/plugins/fhir_rest/deliver_fixture.h"

namespace kgw::fhir_rest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kIntended[] = R"(,"intended":true)";

// A resource with an identifier of the gateway's and one of the sender's, which others carry too.
std::string WithVisitNumber(const std::string& given, const std::string& more = "") {
  return std::string(R"({"resourceType":"Encounter","id":")") + kIdA +
         R"(","identifier":[{"system":"urn:visits","value":"V1"})" +
         (given.empty()
              ? ""
              : R"(,{"system":"https://kap-gateway.org/fhir/id/visit","value":")" + given + "\"}") +
         R"(],"status":"finished")" + more + "}";
}

std::string PatientOf(const std::string& family, const std::string& given) {
  Json patient = ParseJson(Patient(family)).value();
  if (!given.empty()) {
    Json identifier = Json::Object();
    identifier.Set("system", Json::Text("https://kap-gateway.org/fhir/id/patient"));
    identifier.Set("value", Json::Text(given));
    patient.Find("identifier")->items.push_back(std::move(identifier));
  }
  return WriteJson(patient);
}

class OwnershipTest : public DeliverTest {
 protected:
  // A far side that gives ids itself, with transactions or without.
  void Serve(FakeFhir& server, bool transactions, bool conditional_create) {
    server.transaction = transactions;
    server.update_create = false;
    server.conditional_create = conditional_create;
    Face(server);
  }
  static std::string PatientP() { return std::string("Patient/") + kIdP; }
  void MakePeople() {
    config_ =
        R"({"url":"https://ehr.example.org/fhir","people":"create","settings":{"settle_ms":"0"}})";
  }
  void DeleteRemoved() {
    config_ =
        R"({"url":"https://ehr.example.org/fhir","settings":{"remove":"delete","settle_ms":"0"}})";
  }
};

TEST(IsOursTest, AnIdentifierTheGatewayGaveProvesIt) {
  const auto same = [](const std::string& ours, const std::string& theirs) {
    return IsOurs(ParseJson(ours).value(), ParseJson(theirs).value());
  };
  const std::string mine = WithVisitNumber("v-1", R"(,"language":"en")");
  EXPECT_TRUE(same(mine, WithVisitNumber("v-1")));
  EXPECT_FALSE(same(mine, WithVisitNumber("")));
  EXPECT_FALSE(same(mine, WithVisitNumber("v-2")));
  EXPECT_TRUE(same(WithVisitNumber(""), WithVisitNumber("")));  // the same content
}

TEST(IsOursTest, MetaSourceNamesTheBaseAndProvesIt) {
  const auto of = [](const std::string& source, const std::string& system) {
    return ParseJson(R"({"resourceType":"Encounter","meta":{"source":")" + source +
                     R"("},"identifier":[{"system":")" + system + R"(","value":"1"}]})")
        .value();
  };
  const std::string base = "https://clinic.example.org/kap";
  const Json ours = of(base + "/source/t/ehr", base + "/id/visit");
  EXPECT_EQ(OwnIdentifiers(ours).size(), 1u);
  EXPECT_THAT(OwnIdentifiers(of(base + "/source/t/ehr", "urn:visits")), IsEmpty());
  EXPECT_TRUE(IsOurs(ours, of("", base + "/id/visit")));
  EXPECT_TRUE(IsOurs(ours, of(base + "/source/t/ehr#request-9", "urn:visits")));
  EXPECT_FALSE(IsOurs(ours, of(base + "/source/t/other", "urn:visits")));
}

TEST_F(OwnershipTest, APatientMadeAtTheFarSideIsLinkedOnlyWhenTheSameOne) {
  MakePeople();
  for (const bool transactions : {true, false}) {
    for (const bool conditional_create : {true, false}) {
      for (const char* more : {"", kIntended}) {
        FakeFhir server;
        Serve(server, transactions, conditional_create);
        server.Add(Patient("Byron"));
        UnitText unit;
        unit.Write(Patient(), more);
        EXPECT_EQ(Deliver(unit), KGW_FAILED_PRECONDITION);
        EXPECT_EQ(Error().TextOf("class"), "unlinked");
        EXPECT_THAT(server.writes, IsEmpty());

        server.resources.clear();
        const std::string there = server.Add(PatientOf("LOVELACE", ""));
        ASSERT_EQ(Deliver(unit), KGW_OK);
        EXPECT_EQ(ResultOf(PatientP()), "linked " + there + " v1");
        EXPECT_THAT(server.writes, IsEmpty());
      }
    }
  }
}

TEST_F(OwnershipTest, APatientOfOursWithALostAnswerIsBroughtUpToDate) {
  MakePeople();
  for (const bool transactions : {true, false}) {
    FakeFhir server;
    Serve(server, transactions, true);
    const std::string there = server.Add(PatientOf("Byron", "p-1"));
    UnitText unit;
    unit.Write(PatientOf("Lovelace", "p-1"), kIntended);
    ASSERT_EQ(Deliver(unit), KGW_OK);
    EXPECT_EQ(ResultOf(PatientP()), "delivered " + there + " v2");
    EXPECT_EQ(server.CountOf("Patient"), 1);
  }
}

TEST_F(OwnershipTest, SomebodyElsesResourceIsNotWrittenOver) {
  for (const bool transactions : {true, false}) {
    for (const char* given : {"v-1", ""}) {
      FakeFhir server;
      Serve(server, transactions, true);
      const std::string there = server.Add(WithVisitNumber("", R"(,"language":"de")"));
      UnitText unit;
      unit.Write(WithVisitNumber(given), kIntended);
      EXPECT_EQ(Deliver(unit), KGW_FAILED_PRECONDITION);
      EXPECT_EQ(Error().TextOf("class"), "ambiguous");
      EXPECT_EQ(server.versions.at(there), 1);
      EXPECT_THAT(server.writes, IsEmpty());
    }
  }
}

TEST_F(OwnershipTest, AConditionalCreateNamesTheIdentifierTheGatewayGave) {
  for (const bool transactions : {true, false}) {
    FakeFhir server;
    Serve(server, transactions, true);
    const std::string there = server.Add(WithVisitNumber("", R"(,"language":"de")"));
    UnitText unit;
    unit.Write(WithVisitNumber("v-1"));
    ASSERT_EQ(Deliver(unit), KGW_OK);
    EXPECT_EQ(server.CountOf("Encounter"), 2);
    EXPECT_EQ(server.versions.at(there), 1);
  }
}

TEST_F(OwnershipTest, SomebodyElsesResourceIsNotTakenBack) {
  for (const bool deleted : {true, false}) {
    if (deleted) DeleteRemoved();
    for (const bool ours_as_id : {true, false}) {
      FakeFhir server;
      Serve(server, true, true);
      server.update_create = ours_as_id;
      const std::string there = server.Add(WithVisitNumber(""));
      UnitText unit;
      unit.Remove(WithVisitNumber("v-1"), kIntended);
      EXPECT_EQ(Deliver(unit), KGW_OK);
      EXPECT_EQ(ResultOf(EncounterA()), "unsupported");
      EXPECT_TRUE(server.resources.contains(there));
      EXPECT_THAT(server.writes, IsEmpty());
    }
  }
}

TEST_F(OwnershipTest, WhatMayBeOursAndCannotProveItHoldsItsRemoval) {
  server_.update_create = false;
  server_.Add(WithVisitNumber("", R"(,"language":"de")"));
  UnitText unit;
  unit.Remove(WithVisitNumber(""), kIntended);
  EXPECT_EQ(Deliver(unit), KGW_FAILED_PRECONDITION);
  EXPECT_EQ(Error().TextOf("class"), "ambiguous");
  EXPECT_THAT(server_.writes, IsEmpty());
}

TEST_F(OwnershipTest, AMarkKeepsWhatOthersAddAtTheSameMoment) {
  for (const int status : {412, 409}) {
    FakeFhir server;
    Serve(server, false, true);
    server.stale_status = status;
    const std::string there = server.Add(Observation());
    bool changed = false;
    server.before =
        [&](const FakeFhir::Http::Request& request) -> std::optional<FakeFhir::Http::Response> {
      if (request.method == "PUT" && !std::exchange(changed, true)) server.Touch(there);
      return std::nullopt;
    };
    UnitText unit;
    unit.Remove(Observation(), RemoteOf(there, "1"));
    ASSERT_EQ(Deliver(unit), KGW_OK);
    EXPECT_EQ(ResultOf(ObservationB()), "delivered " + there + " v3");
    EXPECT_EQ(server.resources.at(there).TextOf("status"), "entered-in-error");
    EXPECT_EQ(server.resources.at(there).TextOf("language"), "de");
  }
}

TEST_F(OwnershipTest, AMarkThatNeverMeetsItsVersionIsTriedLater) {
  const std::string there = server_.Add(Observation());
  server_.before =
      [&](const FakeFhir::Http::Request& request) -> std::optional<FakeFhir::Http::Response> {
    if (request.method == "PUT") server_.Touch(there);
    return std::nullopt;
  };
  UnitText unit;
  unit.Remove(Observation(), RemoteOf(there, "1"));
  EXPECT_EQ(Deliver(unit), KGW_ABORTED);
  EXPECT_EQ(Error().TextOf("class"), "conflict");
  EXPECT_EQ(server_.resources.at(there).TextOf("status"), "final");
}

TEST_F(OwnershipTest, WhatOthersHaveChangedIsMarkedAndNotDeleted) {
  DeleteRemoved();
  const std::string there = server_.Add(Observation());
  server_.Touch(there);
  UnitText unit;
  unit.Remove(Observation(), RemoteOf(there, "1"));
  ASSERT_EQ(Deliver(unit), KGW_OK);
  EXPECT_THAT(server_.writes, ElementsAre("DELETE Observation", "PUT Observation"));
  EXPECT_EQ(server_.resources.at(there).TextOf("status"), "entered-in-error");
  EXPECT_EQ(server_.resources.at(there).TextOf("language"), "de");
  ASSERT_EQ(call_->issues().size(), 1u);
  EXPECT_EQ(call_->issues()[0].code, "conflict");
}

TEST_F(OwnershipTest, ADeleteRefusedAtTheVersionWeKnowIsTriedLater) {
  DeleteRemoved();
  const std::string there = server_.Add(Observation());
  server_.before =
      [](const FakeFhir::Http::Request& request) -> std::optional<FakeFhir::Http::Response> {
    if (request.method != "DELETE") return std::nullopt;
    return FakeFhir::Http::Response{KGW_OK, 409, {}, "", ""};
  };
  UnitText unit;
  unit.Remove(Observation(), RemoteOf(there, "1"));
  EXPECT_EQ(Deliver(unit), KGW_ABORTED);
  EXPECT_EQ(Error().TextOf("class"), "conflict");
  EXPECT_EQ(server_.resources.at(there).TextOf("status"), "final");
}

}  // namespace
}  // namespace kgw::fhir_rest
