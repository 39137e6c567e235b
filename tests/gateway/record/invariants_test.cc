#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gateway/record/decoding.h"
#include "tests/gateway/record/samples.h"

namespace kgw::record {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(EnvelopeTest, PatientIsThereWhereItBelongs) {
  kap::v1::Record session = SampleSession();
  session.clear_patient();
  EXPECT_THAT(IssuesOf(session), ElementsAre("required patient"));
  kap::v1::Record organization = SampleOrganization();
  organization.set_patient("P-1");
  EXPECT_THAT(IssuesOf(organization), ElementsAre("invariant patient"));
  kap::v1::Record patient = SamplePatient();
  patient.set_patient("P-1");
  EXPECT_THAT(IssuesOf(patient), IsEmpty());
  patient.set_patient("P-2");
  EXPECT_THAT(IssuesOf(patient), ElementsAre("invariant patient"));
}

TEST(EnvelopeTest, AuthorWorksForSomeone) {
  kap::v1::Record session = SampleSession();
  session.mutable_author()->clear_organization();
  EXPECT_THAT(IssuesOf(session), ElementsAre("required author.organization"));
  session.mutable_author()->mutable_who()->set_patient(true);
  EXPECT_THAT(IssuesOf(session), IsEmpty());
  kap::v1::Record organization = SampleOrganization();
  organization.mutable_author()->mutable_who()->set_patient(true);
  EXPECT_THAT(IssuesOf(organization), ElementsAre("invariant author.who"));
}

TEST(PeopleTest, PeriodsEndAfterTheyBegin) {
  kap::v1::Record patient = SamplePatient();
  auto& period = *patient.mutable_patient_record()->mutable_coverages(0)->mutable_period();
  period.set_start("2026");
  period.set_end("2026-01-31");
  EXPECT_THAT(IssuesOf(patient), IsEmpty());
  period.set_end("2025");
  EXPECT_THAT(IssuesOf(patient), ElementsAre("invariant patientRecord.coverages[0].period.end"));
}

TEST(PeopleTest, NamesAndCoveragesSayEnough) {
  kap::v1::Record patient = SamplePatient();
  patient.mutable_patient_record()->mutable_names(0)->Clear();
  patient.mutable_patient_record()->mutable_coverages(0)->clear_member_id();
  EXPECT_THAT(IssuesOf(patient), ElementsAre("required patientRecord.names[0]",
                                             "required patientRecord.coverages[0]"));
}

kap::v1::Questionnaire& Phq9(kap::v1::Record& screening) {
  return *screening.mutable_screening()->mutable_questionnaires(0);
}

TEST(QuestionnaireTest, AnswersFitTheInstrument) {
  kap::v1::Record screening = SampleScreening();
  Phq9(screening).mutable_items(0)->set_score(4);
  Phq9(screening).mutable_items(1)->set_yes(true);
  Phq9(screening).mutable_items(2)->set_number(11);
  screening.mutable_screening()->mutable_questionnaires(1)->mutable_items(0)->set_score(1);
  EXPECT_THAT(IssuesOf(screening), ElementsAre("value screening.questionnaires[0].items[0].score",
                                               "value screening.questionnaires[0].items[1].yes",
                                               "value screening.questionnaires[0].items[2].number",
                                               "value screening.questionnaires[1].items[0].score"));
}

TEST(QuestionnaireTest, AScoreOutOfEveryRangeIsOneError) {
  kap::v1::Record screening = SampleScreening();
  Phq9(screening).mutable_items(0)->set_score(7);
  EXPECT_THAT(IssuesOf(screening), ElementsAre("value screening.questionnaires[0].items[0].score"));
}

TEST(QuestionnaireTest, ItemsAreAnsweredOnce) {
  kap::v1::Record screening = SampleScreening();
  Phq9(screening).mutable_items(1)->set_number(1);
  EXPECT_THAT(IssuesOf(screening),
              ElementsAre("invariant screening.questionnaires[0].items[1].number"));
}

TEST(QuestionnaireTest, ClaimsFitTheInstrument) {
  kap::v1::Record screening = SampleScreening();
  Phq9(screening).set_claimed_total(28);
  Phq9(screening).set_claimed_risk(kap::v1::SUICIDE_RISK_LOW);
  screening.mutable_screening()->mutable_questionnaires(1)->set_claimed_total(0);
  EXPECT_THAT(IssuesOf(screening), ElementsAre("value screening.questionnaires[0].claimedTotal",
                                               "value screening.questionnaires[0].claimedRisk",
                                               "value screening.questionnaires[1].claimedTotal"));
}

TEST(QuestionnaireTest, SaysSomething) {
  kap::v1::Record screening = SampleScreening();
  Phq9(screening).clear_items();
  EXPECT_THAT(IssuesOf(screening), IsEmpty());
  Phq9(screening).clear_claimed_total();
  EXPECT_THAT(IssuesOf(screening), ElementsAre("required screening.questionnaires[0].items"));
}

TEST(ScreeningTest, ExclusionsDoNotContradict) {
  kap::v1::Record screening = SampleScreening();
  auto& again = *screening.mutable_screening()->add_exclusions();
  again.set_id("E-3");
  again.set_rule(kap::v1::EXCLUSION_RULE_PSYCHOSIS);
  again.set_answer(kap::v1::EXCLUSION_ANSWER_DENIED);
  EXPECT_THAT(IssuesOf(screening), IsEmpty());
  again.set_answer(kap::v1::EXCLUSION_ANSWER_PRESENT);
  EXPECT_THAT(IssuesOf(screening), ElementsAre("invariant screening.exclusions[2].answer"));
}

TEST(ScreeningTest, CodesBelongToWhatIsPresent) {
  kap::v1::Record screening = SampleScreening();
  auto& denied = *screening.mutable_screening()->mutable_exclusions(0);
  denied.set_icd10cm("F20.9");
  denied.set_mitigation("none");
  denied.add_medications("M-1");
  EXPECT_THAT(IssuesOf(screening), ElementsAre("invariant screening.exclusions[0].icd10cm",
                                               "invariant screening.exclusions[0].medications[0]",
                                               "invariant screening.exclusions[0].mitigation"));
  auto& present = *screening.mutable_screening()->mutable_exclusions(1);
  denied.Clear();
  denied.set_id("E-1");
  denied.set_rule(kap::v1::EXCLUSION_RULE_PSYCHOSIS);
  denied.set_answer(kap::v1::EXCLUSION_ANSWER_DENIED);
  present.set_mitigated_by("T-1");
  EXPECT_THAT(IssuesOf(screening), ElementsAre("required screening.exclusions[1].mitigation"));
}

TEST(ScreeningTest, WhatIsNoConditionHasNoCourse) {
  for (auto rule : {kap::v1::EXCLUSION_RULE_PREGNANCY, kap::v1::EXCLUSION_RULE_ACUTE_SUICIDE,
                    kap::v1::EXCLUSION_RULE_MED_INTERACT}) {
    kap::v1::Record screening = SampleScreening();
    auto& present = *screening.mutable_screening()->mutable_exclusions(1);
    present.set_rule(rule);
    present.set_icd10cm("Z33.1");
    EXPECT_THAT(IssuesOf(screening), IsEmpty());
    present.set_onset("2026");
    present.set_clinical_status(kap::v1::CLINICAL_STATUS_ACTIVE);
    EXPECT_THAT(IssuesOf(screening),
                ElementsAre("invariant screening.exclusions[1].onset",
                            "invariant screening.exclusions[1].clinicalStatus"));
    present.set_rule(kap::v1::EXCLUSION_RULE_SUD);
    EXPECT_THAT(IssuesOf(screening), IsEmpty());
  }
}

TEST(ScreeningTest, NobodyIsPregnantAndDeniesIt) {
  kap::v1::Record screening = SampleScreening();
  auto& denied = *screening.mutable_screening()->mutable_exclusions(0);
  denied.set_rule(kap::v1::EXCLUSION_RULE_PREGNANCY);
  screening.mutable_screening()->set_pregnancy_status(kap::v1::PREGNANCY_STATUS_NOT_PREGNANT);
  EXPECT_THAT(IssuesOf(screening), IsEmpty());
  screening.mutable_screening()->set_pregnancy_status(kap::v1::PREGNANCY_STATUS_PREGNANT);
  EXPECT_THAT(IssuesOf(screening), ElementsAre("invariant screening.exclusions[0].answer"));
  denied.set_answer(kap::v1::EXCLUSION_ANSWER_PRESENT);
  EXPECT_THAT(IssuesOf(screening), IsEmpty());
  // Breastfeeding.
  screening.mutable_screening()->set_pregnancy_status(kap::v1::PREGNANCY_STATUS_NOT_PREGNANT);
  EXPECT_THAT(IssuesOf(screening), IsEmpty());
}

TEST(VitalsTest, HoldTogether) {
  kap::v1::Record session = SampleSession();
  auto& vitals = *session.mutable_session()->mutable_vitals(0);
  vitals.set_diastolic_mmhg(121);
  vitals.set_sedation_scale(kap::v1::SEDATION_SCALE_RAMSAY);
  vitals.clear_spo2_percent();
  vitals.set_oxygen_flow("2");
  EXPECT_THAT(IssuesOf(session), ElementsAre("required session.vitals[0].spo2Percent",
                                             "invariant session.vitals[0].diastolicMmhg",
                                             "value session.vitals[0].sedationScore"));
  vitals.Clear();
  vitals.set_id("B-1");
  vitals.set_time("2026-03-02T09:20:00-07:00");
  EXPECT_THAT(IssuesOf(session), ElementsAre("required session.vitals[0]"));
  vitals.set_heart_rate(60);
  vitals.set_sedation_scale(kap::v1::SEDATION_SCALE_RAMSAY);
  EXPECT_THAT(IssuesOf(session), ElementsAre("required session.vitals[0].sedationScore"));
}

TEST(VisitTest, TimesAndReasons) {
  kap::v1::Record visit = SampleVisit();
  visit.mutable_visit()->mutable_phases(0)->set_end("2026-03-02T16:29:59Z");
  visit.mutable_visit()->mutable_participants(0)->set_out_time("2026-03-02T08:59:59-07:00");
  visit.mutable_visit()->mutable_reasons(0)->clear_icd10cm();
  visit.mutable_visit()->mutable_reasons(0)->clear_indication();
  visit.mutable_visit()->mutable_note()->set_signed_by("T-1");
  EXPECT_THAT(
      IssuesOf(visit),
      ElementsAre("invariant visit.phases[0].end", "invariant visit.participants[0].outTime",
                  "required visit.reasons[0]", "required visit.note.signedTime"));
  visit = SampleVisit();
  visit.mutable_visit()->mutable_period()->clear_start();
  EXPECT_THAT(IssuesOf(visit), ElementsAre("required visit.period.start"));
}

TEST(SessionTest, DosesGivenAndNotGiven) {
  kap::v1::Record session = SampleSession();
  auto& dose = *session.mutable_session()->mutable_doses(0);
  dose.clear_total_mg();
  dose.clear_route();
  EXPECT_THAT(IssuesOf(session),
              ElementsAre("required session.doses[0].totalMg", "required session.doses[0].route"));
  dose.set_status(kap::v1::DOSE_STATUS_REFUSED);
  EXPECT_THAT(IssuesOf(session),
              ElementsAre("required session.doses[0].reason", "invariant session.doses[0].outTime",
                          "invariant session.doses[0].holdMinutes",
                          "invariant session.doses[0].afterHolding"));
  dose.clear_out_time();
  dose.clear_hold_minutes();
  dose.clear_after_holding();
  dose.set_reason_text("did not want it");
  EXPECT_THAT(IssuesOf(session), IsEmpty());
}

TEST(SessionTest, ATotalThatDoesNotMultiplyIsAWarning) {
  kap::v1::Record session = SampleSession();
  session.mutable_session()->mutable_doses(0)->set_units("2.5");
  const auto record = DecodeMessage(session);
  ASSERT_EQ(record->issues.size(), 1U);
  EXPECT_EQ(record->issues[0].severity, fhir::Severity::kWarning);
  EXPECT_EQ(record->issues[0].expression, "session.doses[0].totalMg");
}

TEST(SessionTest, OrdersComeFromOnePlace) {
  kap::v1::Record session = SampleSession();
  session.mutable_session()->set_order_from_session("S-0");
  EXPECT_THAT(IssuesOf(session), ElementsAre("invariant session.orderFromSession"));
}

TEST(SessionTest, AdverseEvents) {
  kap::v1::Record session = SampleSession();
  auto& event = *session.mutable_session()->mutable_adverse_events(0);
  event.set_kind(kap::v1::ADVERSE_EVENT_KIND_OTHER);
  event.clear_suspected_dose();
  event.set_resolved_time("2026-03-02T09:59:59-07:00");
  EXPECT_THAT(IssuesOf(session), ElementsAre("invariant session.adverseEvents[0].resolvedTime",
                                             "required session.adverseEvents[0].text",
                                             "required session.adverseEvents[0].suspectedDose"));
}

TEST(SessionTest, DeathIsSerious) {
  kap::v1::Record session = SampleSession();
  auto& event = *session.mutable_session()->mutable_adverse_events(0);
  event.set_outcome(kap::v1::ADVERSE_EVENT_OUTCOME_FATAL);
  event.clear_serious();
  event.clear_resolved_time();
  EXPECT_THAT(IssuesOf(session), IsEmpty());
  event.set_serious(true);
  EXPECT_THAT(IssuesOf(session), IsEmpty());
  event.set_serious(false);
  EXPECT_THAT(IssuesOf(session), ElementsAre("invariant session.adverseEvents[0].serious"));
}

TEST(SessionTest, DischargeCriteriaStandOnce) {
  kap::v1::Record session = SampleSession();
  auto& discharge = *session.mutable_session()->mutable_discharge();
  *discharge.add_criteria() = discharge.criteria(0);
  EXPECT_THAT(IssuesOf(session), ElementsAre("invariant session.discharge.criteria[1].code"));
}

TEST(OutcomeTest, TimePointsAndBaselines) {
  kap::v1::Record outcome = SampleOutcome();
  outcome.mutable_outcome()->set_time_point(kap::v1::TIME_POINT_CUSTOM);
  *outcome.mutable_outcome()->add_baselines() = outcome.outcome().baselines(0);
  outcome.mutable_outcome()->mutable_baselines(0)->set_total(22);
  EXPECT_THAT(IssuesOf(outcome), ElementsAre("required outcome.timePointLabel",
                                             "invariant outcome.baselines[1].instrument",
                                             "value outcome.baselines[0].total"));
  outcome = SampleOutcome();
  outcome.mutable_outcome()->mutable_baselines(0)->set_instrument(
      kap::v1::INSTRUMENT_CSSRS_SCREENER);
  EXPECT_THAT(IssuesOf(outcome), ElementsAre("value outcome.baselines[0].instrument"));
}

}  // namespace
}  // namespace kgw::record
