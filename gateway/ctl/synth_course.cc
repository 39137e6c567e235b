#include <algorithm>
#include <string>
#include <tuple>

#include "absl/strings/str_format.h"
#include "gateway/base/strings.h"
#include "gateway/ctl/synth_parts.h"

namespace kgw::ctl {
namespace {

namespace kap = ::kap::v1;

constexpr const char* kGiven[] = {"Maya",  "Jonas", "Elif",  "Noah",  "Ingrid", "Ravi",
                                  "Lucia", "Owen",  "Amara", "Tomas", "Hana",   "Felix"};
constexpr const char* kFamily[] = {"Testwood",  "Samplesen", "Mockford", "Probe",
                                   "Demoville", "Fixture",   "Stubbs",   "Exemplar"};
constexpr int kSessions = 3;

void AddCoverage(Course& course, kap::Patient* patient) {
  course.insured = !course.random.OneIn(3);
  patient->set_payment_intent(course.insured ? kap::PAYMENT_INTENT_INSURANCE
                                             : kap::PAYMENT_INTENT_SELF_PAY);
  if (!course.insured) return;
  kap::Coverage* coverage = patient->add_coverages();
  coverage->set_id("COV-1");
  coverage->set_status(kap::COVERAGE_STATUS_ACTIVE);
  coverage->set_member_id(StrCat("M", course.number));
  coverage->set_relationship(kap::SUBSCRIBER_RELATIONSHIP_SELF);
  coverage->set_payer(kSynthPayer);
  coverage->mutable_period()->set_start("2026-01-01");
}

void AddContact(Course& course, kap::Patient* patient) {
  kap::RelatedPerson* contact = patient->add_related_persons();
  contact->set_id("RP-1");
  contact->add_relationships(kap::RELATIONSHIP_EMERGENCY_CONTACT);
  contact->add_relationships(kap::RELATIONSHIP_ESCORT);
  kap::HumanName* name = contact->add_names();
  name->set_family(course.random.Pick(kFamily));
  name->add_given(course.random.Pick(kGiven));
  kap::Telecom* phone = contact->add_telecoms();
  phone->set_system(kap::TELECOM_SYSTEM_PHONE);
  phone->set_value(absl::StrFormat("303-555-01%02d", course.random.Between(2, 99)));
}

void SendPatient(Course& course) {
  kap::Record record = course.Envelope(course.Id("P"), SynthTime(course.start - 7, kSynthMorning));
  kap::Patient* patient = record.mutable_patient_record();
  kap::MedicalRecordNumber* mrn = patient->add_medical_record_numbers();
  mrn->set_system("https://clinic.example.org/mrn");
  mrn->set_value(StrCat("MRN-", course.number));
  mrn->set_assigner(kSynthClinic);
  kap::HumanName* name = patient->add_names();
  name->set_use(kap::NAME_USE_OFFICIAL);
  name->set_family(course.random.Pick(kFamily));
  name->add_given(course.random.Pick(kGiven));
  patient->set_gender(course.random.OneIn(2) ? kap::GENDER_FEMALE : kap::GENDER_MALE);
  patient->set_birth_date(absl::StrFormat("%04d-%02d-%02d", course.random.Between(1955, 2003),
                                          course.random.Between(1, 12),
                                          course.random.Between(1, 28)));
  patient->set_active(true);
  patient->add_languages("en-US");
  patient->add_general_practitioners(kSynthPrescriber);
  patient->set_managing_organization(kSynthClinic);
  AddCoverage(course, patient);
  AddContact(course, patient);
  course.sink(record);
}

// Spreads a total over items so that none exceeds `most`.
void AddItems(kap::Questionnaire* questionnaire, int count, int most, int total) {
  for (int item = 1; item <= count; ++item) {
    const int left = count - item + 1;
    const int score = std::min(most, (total + left - 1) / left);
    total -= score;
    kap::ItemAnswer* answer = questionnaire->add_items();
    answer->set_number(item);
    answer->set_score(score);
  }
}

kap::Questionnaire* Add(google::protobuf::RepeatedPtrField<kap::Questionnaire>* list,
                        const char* id, kap::Instrument instrument, const std::string& time) {
  kap::Questionnaire* questionnaire = list->Add();
  questionnaire->set_id(id);
  questionnaire->set_instrument(instrument);
  questionnaire->set_administered_time(time);
  questionnaire->set_administration(kap::ADMINISTRATION_SELF);
  questionnaire->mutable_administered_by()->set_practitioner(kSynthTherapist);
  return questionnaire;
}

void AddDepressionAndAnxiety(Course& course,
                             google::protobuf::RepeatedPtrField<kap::Questionnaire>* list,
                             const std::string& time) {
  kap::Questionnaire* phq9 = Add(list, "Q-PHQ9", kap::INSTRUMENT_PHQ9, time);
  AddItems(phq9, 9, 3, course.phq9);
  phq9->set_claimed_total(course.phq9);
  kap::Questionnaire* gad7 = Add(list, "Q-GAD7", kap::INSTRUMENT_GAD7, time);
  AddItems(gad7, 7, 3, course.gad7);
}

void AddExclusions(kap::Screening* screening) {
  for (int rule = kap::EXCLUSION_RULE_PSYCHOSIS; rule <= kap::EXCLUSION_RULE_MED_INTERACT; ++rule) {
    kap::Exclusion* exclusion = screening->add_exclusions();
    exclusion->set_id(StrCat("X-", rule));
    exclusion->set_rule(static_cast<kap::ExclusionRule>(rule));
    exclusion->set_answer(rule == kap::EXCLUSION_RULE_GLAUCOMA ? kap::EXCLUSION_ANSWER_UNKNOWN
                                                               : kap::EXCLUSION_ANSWER_DENIED);
    exclusion->set_recorded_by(kSynthPrescriber);
  }
}

void SendScreening(Course& course) {
  const std::string time = SynthTime(course.start, kSynthMorning + 20);
  kap::Record record =
      course.Envelope(course.Id("SCR"), SynthTime(course.start, kSynthMorning + 70));
  kap::Screening* screening = record.mutable_screening();
  screening->set_visit(StrCat("V-", course.number, "-SCR"));
  screening->set_screened_time(time);
  screening->set_screened_by(kSynthPrescriber);
  AddDepressionAndAnxiety(course, screening->mutable_questionnaires(), time);
  kap::Questionnaire* cssrs =
      Add(screening->mutable_questionnaires(), "Q-CSSRS", kap::INSTRUMENT_CSSRS_SCREENER, time);
  for (const int item : {1, 2, 6}) {
    kap::ItemAnswer* answer = cssrs->add_items();
    answer->set_number(item);
    answer->set_yes(item == 1 && course.random.OneIn(4));
  }
  AddVitals(course, screening->add_vitals(), "VS-1", course.start, kSynthMorning + 10, 0,
            kap::VITALS_SLOT_UNSPECIFIED);
  AddExclusions(screening);
  kap::Indication* indication = screening->add_indications();
  indication->set_id("I-1");
  indication->set_icd10cm(course.Diagnosis());
  indication->set_clinical_status(kap::CLINICAL_STATUS_ACTIVE);
  indication->set_verification_status(kap::VERIFICATION_STATUS_CONFIRMED);
  screening->set_failed_antidepressant_trials(course.random.Between(2, 4));
  kap::EligibilityDecision* decision = screening->mutable_decision();
  decision->set_eligibility(kap::ELIGIBILITY_ELIGIBLE);
  decision->set_decided_by(kSynthPrescriber);
  decision->set_decided_time(SynthTime(course.start, kSynthMorning + 55));
  course.baseline_phq9 = course.phq9;
  course.baseline_gad7 = course.gad7;
  course.sink(record);
}

void SendOutcome(Course& course, std::string_view label, kap::TimePoint point, absl::CivilDay day,
                 int session) {
  const std::string time = SynthTime(day, 18 * 60);
  kap::Record record = course.Envelope(StrCat("OUT-", course.number, "-", label), time);
  kap::Outcome* outcome = record.mutable_outcome();
  outcome->set_time_point(point);
  outcome->set_session(StrCat("S-", course.number, "-", session));
  AddDepressionAndAnxiety(course, outcome->mutable_questionnaires(), time);
  const std::tuple<kap::Instrument, int, const char*> baselines[] = {
      {kap::INSTRUMENT_PHQ9, course.baseline_phq9, "Q-PHQ9"},
      {kap::INSTRUMENT_GAD7, course.baseline_gad7, "Q-GAD7"}};
  for (const auto& [instrument, total, questionnaire] : baselines) {
    kap::Baseline* baseline = outcome->add_baselines();
    baseline->set_instrument(instrument);
    baseline->set_total(total);
    baseline->set_time(SynthTime(course.start, kSynthMorning + 20));
    baseline->set_screening(course.Id("SCR"));
    baseline->set_questionnaire(questionnaire);
  }
  course.sink(record);
}

}  // namespace

void SynthCourse(const SynthOptions& options, int number, absl::CivilDay start,
                 const RecordSink& sink) {
  Course course(options, number, start, sink);
  SendPatient(course);
  SynthVisit(course, "SCR", kap::VISIT_KIND_SCREENING, start, 60, {"90792", 35000});
  SendScreening(course);
  SynthVisit(course, "PREP", kap::VISIT_KIND_PREPARATION, start + 4, 50, {"90834", 18000});
  for (int session = 1; session <= kSessions; ++session) {
    const absl::CivilDay day = start + 7 * session;
    SynthVisit(course, StrCat("DOSE-", session), kap::VISIT_KIND_DOSING, day, 180,
               {"90837", 22000});
    SynthSession(course, session, day);
    SynthVisit(course, StrCat("INT-", session), kap::VISIT_KIND_INTEGRATION, day + 2, 50,
               {"90834", 18000});
    course.phq9 = std::max(2, course.phq9 - course.random.Between(2, 7));
    course.gad7 = std::max(1, course.gad7 - course.random.Between(1, 5));
    SendOutcome(course, StrCat("S", session), kap::TIME_POINT_PLUS_7_DAYS, day + 7, session);
  }
  SendOutcome(course, "30D", kap::TIME_POINT_PLUS_30_DAYS, start + 7 * kSessions + 30, kSessions);
}

}  // namespace kgw::ctl
