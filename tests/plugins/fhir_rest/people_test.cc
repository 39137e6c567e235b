// Who is linked, who is made, and who holds the lane.
#include "tests/plugins/fhir_rest/deliver_fixture.h"

namespace kgw::fhir_rest {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

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

}  // namespace
}  // namespace kgw::fhir_rest
