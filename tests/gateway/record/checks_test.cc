// What options.proto can say: each check once, mostly through Decode.
#include "gateway/record/checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/record/wire_reader.h"
#include "tests/gateway/record/decoding.h"
#include "tests/gateway/record/samples.h"

namespace kgw::record {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ChecksTest, RequiredFields) {
  kap::v1::Record message = SampleSession();
  message.clear_recorded_time();
  message.clear_author();
  message.mutable_session()->clear_dosing_visit();
  message.mutable_session()->mutable_doses(0)->mutable_medicine()->clear_form();
  EXPECT_THAT(IssuesOf(message), ElementsAre("required recordedTime", "required author",
                                             "required session.dosingVisit",
                                             "required session.doses[0].medicine.form"));
}

TEST(ChecksTest, EveryOneofNeedsOne) {
  kap::v1::Record message = SampleOutcome();
  message.mutable_author()->mutable_who()->clear_who();
  message.mutable_outcome()->mutable_questionnaires(0)->add_items()->set_number(1);
  message.mutable_outcome()->mutable_baselines(0)->clear_record();
  EXPECT_THAT(IssuesOf(message), ElementsAre("required author.who", "required outcome.baselines[0]",
                                             "required outcome.questionnaires[0].items[0]"));
}

TEST(ChecksTest, FewestAndMostEntries) {
  kap::v1::Record message = SamplePatient();
  message.mutable_patient_record()->clear_names();
  for (int i = 0; i < 7; ++i) message.mutable_patient_record()->add_races(kap::v1::RACE_ASIAN);
  EXPECT_THAT(IssuesOf(message),
              ElementsAre("required patientRecord.names", "structure patientRecord.races"));
}

TEST(ChecksTest, Forms) {
  kap::v1::Record message = SampleVisit();
  message.set_recorded_time("2026-03-02T16:30:00");
  message.mutable_visit()->mutable_charges(0)->set_code("9083");
  message.mutable_visit()->mutable_charges(0)->set_currency("usd");
  EXPECT_THAT(IssuesOf(message), ElementsAre("value recordedTime", "value visit.charges[0].code",
                                             "value visit.charges[0].currency"));
}

TEST(ChecksTest, RangesOfIntegersAndDecimals) {
  kap::v1::Record message = SampleSession();
  auto& vitals = *message.mutable_session()->mutable_vitals(0);
  vitals.set_systolic_mmhg(401);
  vitals.set_diastolic_mmhg(4);
  vitals.set_spo2_percent("100.01");
  vitals.set_cadss_total(-1);
  EXPECT_THAT(
      IssuesOf(message),
      ElementsAre("value session.vitals[0].systolicMmhg", "value session.vitals[0].diastolicMmhg",
                  "value session.vitals[0].spo2Percent", "value session.vitals[0].cadssTotal"));
  vitals.set_systolic_mmhg(400);
  vitals.set_diastolic_mmhg(300);
  vitals.set_spo2_percent("100.00");
  vitals.set_cadss_total(92);
  EXPECT_THAT(IssuesOf(message), IsEmpty());
}

TEST(ChecksTest, ScoreOutOfRange) {
  kap::v1::Record message = SampleScreening();
  message.mutable_screening()->mutable_questionnaires(0)->mutable_items(0)->set_score(5);
  EXPECT_THAT(IssuesOf(message), Contains("value screening.questionnaires[0].items[0].score"));
}

TEST(ChecksTest, LengthsOfTexts) {
  kap::v1::Record message = SampleVisit();
  message.mutable_visit()->mutable_note()->set_text(std::string(200001, 'x'));
  message.mutable_visit()->set_status_reason(std::string(1001, 'x'));
  EXPECT_THAT(IssuesOf(message),
              ElementsAre("too-long visit.statusReason", "too-long visit.note.text"));
}

TEST(ChecksTest, TextsWithoutFormAreNeitherEmptyNorControl) {
  kap::v1::Record message = SampleVisit();
  message.mutable_visit()->mutable_note()->set_text("tab\t and line\r\n are text");
  EXPECT_THAT(IssuesOf(message), IsEmpty());
  message.mutable_visit()->mutable_note()->set_text("bell \x07");
  message.mutable_visit()->set_status_reason("");
  EXPECT_THAT(IssuesOf(message), ElementsAre("value visit.statusReason", "value visit.note.text"));
}

TEST(ChecksTest, EnumerationsAreKnownAndSaid) {
  kap::v1::Record message = SampleSession();
  message.mutable_session()->set_supervision(kap::v1::SUPERVISION_UNSPECIFIED);
  message.mutable_session()->mutable_vitals(0)->set_slot(static_cast<kap::v1::VitalsSlot>(99));
  message.mutable_session()->mutable_doses(0)->set_after_holding(
      static_cast<kap::v1::AfterHolding>(-1));
  EXPECT_THAT(IssuesOf(message),
              ElementsAre("value session.supervision", "value session.doses[0].afterHolding",
                          "value session.vitals[0].slot"));
}

TEST(ChecksTest, OnlyTrueMakesSense) {
  kap::v1::Record message = SampleSession();
  message.mutable_session()->mutable_doses(0)->mutable_given_by()->set_patient(false);
  EXPECT_THAT(IssuesOf(message), ElementsAre("value session.doses[0].givenBy.patient"));
}

TEST(ChecksTest, TwoPartsWithOneId) {
  kap::v1::Record message = SampleSession();
  *message.mutable_session()->add_vitals() = message.session().vitals(0);
  EXPECT_THAT(IssuesOf(message), ElementsAre("invariant session.vitals[1].id"));
}

TEST(ChecksTest, PartsOfDifferentKindsMayShareAnId) {
  kap::v1::Record message = SampleSession();
  message.mutable_session()->mutable_vitals(0)->set_id("DO-1");
  EXPECT_THAT(IssuesOf(message), IsEmpty());
}

TEST(ChecksTest, ReferenceToAnOwnPartThatIsNotThere) {
  kap::v1::Record message = SampleSession();
  message.mutable_session()->mutable_adverse_events(0)->set_suspected_dose("DO-2");
  EXPECT_THAT(IssuesOf(message), ElementsAre("invariant session.adverseEvents[0].suspectedDose"));
}

TEST(ChecksTest, PartOfAnotherKindDoesNotCount) {
  kap::v1::Record message = SampleSession();
  message.mutable_session()->mutable_adverse_events(0)->set_suspected_dose("B-1");
  EXPECT_THAT(IssuesOf(message), ElementsAre("invariant session.adverseEvents[0].suspectedDose"));
}

TEST(ChecksTest, ARecordDoesNotNameItself) {
  kap::v1::Record message = SampleSession();
  message.mutable_session()->clear_order();
  message.mutable_session()->set_order_from_session("S-1");
  EXPECT_THAT(IssuesOf(message), ElementsAre("invariant session.orderFromSession"));
}

TEST(ChecksTest, APartDoesNotNameItself) {
  kap::v1::Record message = SampleOrganization();
  message.mutable_organization()->mutable_locations(0)->set_part_of("L-1");
  EXPECT_THAT(IssuesOf(message), ElementsAre("invariant organization.locations[0].partOf"));
}

TEST(ChecksTest, IssuesAreBounded) {
  kap::v1::Record message = SampleSession();
  for (int i = 0; i < 1900; ++i) message.mutable_session()->add_vitals();
  EXPECT_THAT(DecodeMessage(message)->issues, SizeIs(100));
}

// Names of parts that are not there are all that is left to find.
TEST(ChecksTest, EveryFieldCanBeRight) {
  for (int content = kap::v1::Record::kOrganizationFieldNumber;
       content <= kap::v1::Record::kOutcomeFieldNumber; ++content) {
    const std::string bytes = EveryFieldSet(content, 1).SerializeAsString();
    const auto tree = ReadWire(bytes, Limits{});
    ASSERT_TRUE(tree.ok()) << tree.status();
    Findings findings;
    std::vector<Mention> mentions;
    CheckFields(*tree, findings, mentions);
    for (const fhir::Issue& issue : findings.Take()) {
      EXPECT_EQ(issue.code, "invariant") << issue.expression << ": " << issue.text;
    }
    EXPECT_FALSE(mentions.empty());
  }
}

}  // namespace
}  // namespace kgw::record
