#include <algorithm>

#include "absl/strings/str_format.h"
#include "gateway/base/strings.h"
#include "gateway/ctl/synth.h"
#include "gateway/ctl/synth_random.h"

namespace kgw::ctl {
namespace {

namespace kap = ::kap::v1;

constexpr const char* kGiven[] = {"Maya",  "Jonas", "Elif",  "Noah",  "Ingrid", "Ravi",
                                  "Lucia", "Owen",  "Amara", "Tomas", "Hana",   "Felix"};
constexpr const char* kFamily[] = {"Testwood",  "Samplesen", "Mockford", "Probe",
                                   "Demoville", "Fixture",   "Stubbs",   "Exemplar"};
constexpr const char* kSymptoms[] = {"F33.1", "F33.2", "F41.1", "F43.12"};
constexpr int kSessions = 3;
constexpr int kMorning = 9 * 60;

// One patient's way through the clinic.
class Course {
 public:
  Course(const SynthOptions& options, int number, absl::CivilDay start, const RecordSink& sink)
      : options_(options),
        sink_(sink),
        random_(options.seed * 1000003 + static_cast<uint64_t>(number)),
        number_(absl::StrFormat("%04d", number)),
        start_(start),
        phq9_(random_.Between(15, 24)),
        gad7_(random_.Between(8, 17)) {}

  void Run() {
    Patient();
    Visit("SCR", kap::VISIT_KIND_SCREENING, start_, 60, "90792", 35000);
    Screening();
    Visit("PREP", kap::VISIT_KIND_PREPARATION, start_ + 4, 50, "90834", 18000);
    for (int session = 1; session <= kSessions; ++session) {
      const absl::CivilDay day = start_ + 7 * session;
      Visit(StrCat("DOSE-", session), kap::VISIT_KIND_DOSING, day, 180, "90837", 22000);
      Session(session, day);
      Visit(StrCat("INT-", session), kap::VISIT_KIND_INTEGRATION, day + 2, 50, "90834", 18000);
      phq9_ = std::max(2, phq9_ - random_.Between(2, 7));
      gad7_ = std::max(1, gad7_ - random_.Between(1, 5));
      Outcome(StrCat("S", session), kap::TIME_POINT_PLUS_7_DAYS, day + 7, session);
    }
    Outcome("30D", kap::TIME_POINT_PLUS_30_DAYS, start_ + 7 * kSessions + 30, kSessions);
  }

 private:
  std::string Id(std::string_view kind) const { return StrCat(kind, "-", number_); }

  kap::Record Envelope(const std::string& id, const std::string& time) {
    kap::Record record = SynthEnvelope(options_, id, time);
    record.set_patient(Id("P"));
    return record;
  }

  void Patient() {
    kap::Record record = Envelope(Id("P"), SynthTime(start_ - 7, kMorning));
    kap::Patient* patient = record.mutable_patient_record();
    kap::MedicalRecordNumber* mrn = patient->add_medical_record_numbers();
    mrn->set_system("https://clinic.example.org/mrn");
    mrn->set_value(StrCat("MRN-", number_));
    mrn->set_assigner(kSynthClinic);
    kap::HumanName* name = patient->add_names();
    name->set_use(kap::NAME_USE_OFFICIAL);
    name->set_family(random_.Pick(kFamily));
    name->add_given(random_.Pick(kGiven));
    patient->set_gender(random_.OneIn(2) ? kap::GENDER_FEMALE : kap::GENDER_MALE);
    patient->set_birth_date(absl::StrFormat("%04d-%02d-%02d", random_.Between(1955, 2003),
                                            random_.Between(1, 12), random_.Between(1, 28)));
    patient->set_active(true);
    patient->add_languages("en-US");
    patient->add_general_practitioners(kSynthPrescriber);
    patient->set_managing_organization(kSynthClinic);
    AddCoverage(patient);
    AddContact(patient);
    sink_(record);
  }

  void AddCoverage(kap::Patient* patient) {
    insured_ = !random_.OneIn(3);
    patient->set_payment_intent(insured_ ? kap::PAYMENT_INTENT_INSURANCE
                                         : kap::PAYMENT_INTENT_SELF_PAY);
    if (!insured_) return;
    kap::Coverage* coverage = patient->add_coverages();
    coverage->set_id("COV-1");
    coverage->set_status(kap::COVERAGE_STATUS_ACTIVE);
    coverage->set_member_id(StrCat("M", number_));
    coverage->set_relationship(kap::SUBSCRIBER_RELATIONSHIP_SELF);
    coverage->set_payer(kSynthPayer);
    coverage->mutable_period()->set_start("2026-01-01");
  }

  void AddContact(kap::Patient* patient) {
    kap::RelatedPerson* contact = patient->add_related_persons();
    contact->set_id("RP-1");
    contact->add_relationships(kap::RELATIONSHIP_EMERGENCY_CONTACT);
    contact->add_relationships(kap::RELATIONSHIP_ESCORT);
    kap::HumanName* name = contact->add_names();
    name->set_family(random_.Pick(kFamily));
    name->add_given(random_.Pick(kGiven));
    kap::Telecom* phone = contact->add_telecoms();
    phone->set_system(kap::TELECOM_SYSTEM_PHONE);
    phone->set_value(absl::StrFormat("303-555-01%02d", random_.Between(2, 99)));
  }

  void Visit(std::string_view kind_id, kap::VisitKind kind, absl::CivilDay day, int minutes,
             const char* code, int amount) {
    const bool video = kind == kap::VISIT_KIND_INTEGRATION && random_.OneIn(2);
    kap::Record record =
        Envelope(StrCat("V-", number_, "-", kind_id), SynthTime(day, kMorning + minutes + 30));
    kap::Visit* visit = record.mutable_visit();
    visit->set_status(kap::VISIT_STATUS_FINISHED);
    visit->set_channel(video ? kap::VISIT_CHANNEL_VIDEO : kap::VISIT_CHANNEL_IN_PERSON);
    visit->set_kind(kind);
    visit->mutable_period()->set_start(SynthTime(day, kMorning));
    visit->mutable_period()->set_end(SynthTime(day, kMorning + minutes));
    visit->set_organization(kSynthClinic);
    if (video) {
      visit->set_patient_place(kap::PATIENT_PLACE_HOME);
    } else {
      visit->mutable_location()->set_organization(kSynthClinic);
      visit->mutable_location()->set_location(kSynthRoom);
    }
    visit->set_payment_intent(insured_ ? kap::PAYMENT_INTENT_INSURANCE
                                       : kap::PAYMENT_INTENT_SELF_PAY);
    AddParticipants(visit, kind, day, minutes);
    if (kind == kap::VISIT_KIND_DOSING) AddPhases(visit, day);
    kap::Reason* reason = visit->add_reasons();
    reason->set_id("R-1");
    reason->set_icd10cm(Diagnosis());
    AddCharge(visit, day, minutes, code, amount, video);
    kap::VisitNote* note = visit->mutable_note();
    note->set_text("Synthetic progress note: attended, oriented, plan unchanged.");
    note->set_author(kSynthTherapist);
    note->set_written_time(SynthTime(day, kMorning + minutes + 10));
    note->set_signed_time(SynthTime(day, kMorning + minutes + 20));
    note->set_signed_by(kSynthTherapist);
    sink_(record);
  }

  void AddParticipants(kap::Visit* visit, kap::VisitKind kind, absl::CivilDay day, int minutes) {
    const auto add = [&](const char* who, kap::ParticipantRole role, int in, int out) {
      kap::Participant* participant = visit->add_participants();
      participant->mutable_who()->set_practitioner(who);
      participant->set_role(role);
      participant->set_in_time(SynthTime(day, kMorning + in));
      participant->set_out_time(SynthTime(day, kMorning + out));
    };
    if (kind == kap::VISIT_KIND_SCREENING) {
      add(kSynthPrescriber, kap::PARTICIPANT_ROLE_PRESCRIBER, 0, minutes);
      return;
    }
    add(kSynthTherapist, kap::PARTICIPANT_ROLE_THERAPIST, 0, minutes);
    if (kind == kap::VISIT_KIND_DOSING) add(kSynthSitter, kap::PARTICIPANT_ROLE_SITTER, 15, 150);
  }

  static void AddPhases(kap::Visit* visit, absl::CivilDay day) {
    const std::tuple<kap::PhaseCode, int, int> phases[] = {{kap::PHASE_CODE_PREPARATION, 0, 15},
                                                           {kap::PHASE_CODE_ADMINISTRATION, 15, 30},
                                                           {kap::PHASE_CODE_JOURNEY, 30, 105},
                                                           {kap::PHASE_CODE_INTEGRATION, 105, 150}};
    for (const auto& [code, in, out] : phases) {
      kap::Phase* phase = visit->add_phases();
      phase->set_code(code);
      phase->set_start(SynthTime(day, kMorning + in));
      phase->set_end(SynthTime(day, kMorning + out));
      phase->mutable_performer()->set_practitioner(kSynthTherapist);
    }
  }

  void AddCharge(kap::Visit* visit, absl::CivilDay day, int minutes, const char* code, int amount,
                 bool video) {
    kap::ChargeLine* line = visit->add_charges();
    line->set_id("C-1");
    line->set_code_system(kap::SERVICE_CODE_SYSTEM_CPT);
    line->set_code(code);
    if (video) line->add_modifiers("95");
    line->set_units(1);
    line->set_amount_minor(amount + random_.Between(0, 99));
    line->set_currency("USD");
    line->add_reasons("R-1");
    line->set_service_date(absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day()));
    line->set_place_of_service(video ? "10" : "11");
    line->set_rendered_by(kSynthTherapist);
    line->set_coded_by(kSynthTherapist);
    line->set_coded_time(SynthTime(day, kMorning + minutes + 25));
    line->set_note_signed_time(SynthTime(day, kMorning + minutes + 20));
  }

  const char* Diagnosis() const { return kSymptoms[(number_.back() - '0') % 4]; }

  // Spreads a total over items so that none exceeds `most`.
  static void AddItems(kap::Questionnaire* questionnaire, int count, int most, int total) {
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

  void AddDepressionAndAnxiety(google::protobuf::RepeatedPtrField<kap::Questionnaire>* list,
                               const std::string& time) {
    kap::Questionnaire* phq9 = Add(list, "Q-PHQ9", kap::INSTRUMENT_PHQ9, time);
    AddItems(phq9, 9, 3, phq9_);
    phq9->set_claimed_total(phq9_);
    kap::Questionnaire* gad7 = Add(list, "Q-GAD7", kap::INSTRUMENT_GAD7, time);
    AddItems(gad7, 7, 3, gad7_);
  }

  void Screening() {
    const std::string time = SynthTime(start_, kMorning + 20);
    kap::Record record = Envelope(Id("SCR"), SynthTime(start_, kMorning + 70));
    kap::Screening* screening = record.mutable_screening();
    screening->set_visit(StrCat("V-", number_, "-SCR"));
    screening->set_screened_time(time);
    screening->set_screened_by(kSynthPrescriber);
    AddDepressionAndAnxiety(screening->mutable_questionnaires(), time);
    kap::Questionnaire* cssrs =
        Add(screening->mutable_questionnaires(), "Q-CSSRS", kap::INSTRUMENT_CSSRS_SCREENER, time);
    for (const int item : {1, 2, 6}) {
      kap::ItemAnswer* answer = cssrs->add_items();
      answer->set_number(item);
      answer->set_yes(item == 1 && random_.OneIn(4));
    }
    AddVitals(screening->add_vitals(), "VS-1", start_, kMorning + 10, 0,
              kap::VITALS_SLOT_UNSPECIFIED);
    AddExclusions(screening);
    kap::Indication* indication = screening->add_indications();
    indication->set_id("I-1");
    indication->set_icd10cm(Diagnosis());
    indication->set_clinical_status(kap::CLINICAL_STATUS_ACTIVE);
    indication->set_verification_status(kap::VERIFICATION_STATUS_CONFIRMED);
    screening->set_failed_antidepressant_trials(random_.Between(2, 4));
    kap::EligibilityDecision* decision = screening->mutable_decision();
    decision->set_eligibility(kap::ELIGIBILITY_ELIGIBLE);
    decision->set_decided_by(kSynthPrescriber);
    decision->set_decided_time(SynthTime(start_, kMorning + 55));
    baseline_phq9_ = phq9_;
    baseline_gad7_ = gad7_;
    sink_(record);
  }

  static void AddExclusions(kap::Screening* screening) {
    for (int rule = kap::EXCLUSION_RULE_PSYCHOSIS; rule <= kap::EXCLUSION_RULE_MED_INTERACT;
         ++rule) {
      kap::Exclusion* exclusion = screening->add_exclusions();
      exclusion->set_id(StrCat("X-", rule));
      exclusion->set_rule(static_cast<kap::ExclusionRule>(rule));
      exclusion->set_answer(rule == kap::EXCLUSION_RULE_GLAUCOMA ? kap::EXCLUSION_ANSWER_UNKNOWN
                                                                 : kap::EXCLUSION_ANSWER_DENIED);
      exclusion->set_recorded_by(kSynthPrescriber);
    }
  }

  void AddVitals(kap::VitalsReading* reading, const std::string& id, absl::CivilDay day, int minute,
                 int rise, kap::VitalsSlot slot) {
    reading->set_id(id);
    reading->set_time(SynthTime(day, minute));
    if (slot != kap::VITALS_SLOT_UNSPECIFIED) reading->set_slot(slot);
    reading->set_systolic_mmhg(random_.Between(112, 128) + rise);
    reading->set_diastolic_mmhg(random_.Between(70, 80) + rise / 2);
    reading->set_heart_rate(random_.Between(62, 80) + rise / 2);
    reading->set_respiratory_rate(random_.Between(12, 18));
    reading->set_spo2_percent(std::to_string(random_.Between(95, 99)));
    reading->set_measurement(kap::MEASUREMENT_STAFF);
    reading->mutable_taken_by()->set_practitioner(kSynthSitter);
  }

  static void SetLozenge(kap::Medicine* medicine) {
    medicine->set_substance(kap::SUBSTANCE_KETAMINE);
    medicine->set_form(kap::MEDICATION_FORM_LOZENGE);
    medicine->set_strength_mg("100");
  }

  void Session(int session, absl::CivilDay day) {
    kap::Record record =
        Envelope(StrCat("S-", number_, "-", session), SynthTime(day, kMorning + 200));
    kap::Session* content = record.mutable_session();
    content->set_dosing_visit(StrCat("V-", number_, "-DOSE-", session));
    content->add_preparation_visits(StrCat("V-", number_, "-PREP"));
    content->set_number(session);
    content->set_supervision(kap::SUPERVISION_IN_PERSON);
    AddOrder(content, day);
    AddDose(content, day);
    const std::pair<int, kap::VitalsSlot> times[] = {
        {10, kap::VITALS_SLOT_BEFORE_DOSE}, {35, kap::VITALS_SLOT_CUSTOM},
        {55, kap::VITALS_SLOT_PLUS_40},     {75, kap::VITALS_SLOT_CUSTOM},
        {105, kap::VITALS_SLOT_CUSTOM},     {135, kap::VITALS_SLOT_PLUS_120}};
    int reading = 0;
    for (const auto& [minute, slot] : times) {
      const int rise = minute > 20 && minute < 110 ? 14 : 0;
      AddVitals(content->add_vitals(), StrCat("VS-", ++reading), day, kMorning + minute, rise,
                slot);
    }
    if (random_.OneIn(3)) AddNausea(content, day);
    AddDischarge(content, day);
    sink_(record);
  }

  void AddOrder(kap::Session* content, absl::CivilDay day) {
    kap::Order* order = content->mutable_order();
    order->set_status(kap::ORDER_STATUS_COMPLETED);
    order->set_prescriber(kSynthPrescriber);
    order->set_authored_time(SynthTime(day - 3, kMorning));
    SetLozenge(order->mutable_medicine());
    order->set_units_per_dose("2");
    order->set_dose_mg("200");
    order->set_route(kap::ROUTE_SUBLINGUAL);
    order->set_instructions("Hold under the tongue 15 minutes, then spit out");
    order->set_quantity("2");
    order->mutable_indication()->set_screening(Id("SCR"));
    order->mutable_indication()->set_indication("I-1");
    order->set_off_label(true);
    kap::Dispense* dispense = content->add_dispenses();
    dispense->set_id("DI-1");
    dispense->set_pharmacy(kSynthPharmacy);
    dispense->set_handed_over_time(SynthTime(day - 1, kMorning));
    dispense->set_quantity("2");
    dispense->set_lot(StrCat("LOT-", number_));
  }

  void AddDose(kap::Session* content, absl::CivilDay day) {
    kap::Dose* dose = content->add_doses();
    dose->set_id("D-1");
    dose->set_status(kap::DOSE_STATUS_GIVEN);
    SetLozenge(dose->mutable_medicine());
    dose->set_units("2");
    dose->set_total_mg("200");
    dose->set_route(kap::ROUTE_SUBLINGUAL);
    dose->set_hold_minutes(15);
    dose->set_after_holding(kap::AFTER_HOLDING_SPAT);
    dose->set_lot(StrCat("LOT-", number_));
    dose->set_in_time(SynthTime(day, kMorning + 15));
    dose->set_out_time(SynthTime(day, kMorning + 30));
    dose->mutable_given_by()->set_practitioner(kSynthSitter);
    dose->set_dispense("DI-1");
  }

  static void AddNausea(kap::Session* content, absl::CivilDay day) {
    kap::AdverseEvent* event = content->add_adverse_events();
    event->set_id("AE-1");
    event->set_kind(kap::ADVERSE_EVENT_KIND_NAUSEA);
    event->set_onset_time(SynthTime(day, kMorning + 60));
    event->set_severity(kap::ADVERSE_EVENT_SEVERITY_MILD);
    event->set_serious(false);
    event->set_outcome(kap::ADVERSE_EVENT_OUTCOME_RESOLVED);
    event->set_suspected_dose("D-1");
    event->set_causality(kap::CAUSALITY_PROBABLE);
    event->set_recorded_by(kSynthSitter);
  }

  static void AddDischarge(kap::Session* content, absl::CivilDay day) {
    kap::Discharge* discharge = content->mutable_discharge();
    discharge->set_ready(true);
    discharge->set_assessed_time(SynthTime(day, kMorning + 150));
    discharge->set_decided_by(kSynthTherapist);
    for (int code = kap::DISCHARGE_CRITERION_CODE_ORIENTED;
         code <= kap::DISCHARGE_CRITERION_CODE_WATCHED_LONG_ENOUGH; ++code) {
      kap::DischargeCriterion* criterion = discharge->add_criteria();
      criterion->set_code(static_cast<kap::DischargeCriterionCode>(code));
      criterion->set_met(kap::ANSWER_YES);
    }
    discharge->set_left_time(SynthTime(day, kMorning + 165));
    discharge->mutable_escort()->set_related_person("RP-1");
    discharge->set_no_driving_acknowledged(true);
  }

  void Outcome(std::string_view label, kap::TimePoint point, absl::CivilDay day, int session) {
    const std::string time = SynthTime(day, 18 * 60);
    kap::Record record = Envelope(StrCat("OUT-", number_, "-", label), time);
    kap::Outcome* outcome = record.mutable_outcome();
    outcome->set_time_point(point);
    outcome->set_session(StrCat("S-", number_, "-", session));
    AddDepressionAndAnxiety(outcome->mutable_questionnaires(), time);
    const std::tuple<kap::Instrument, int, const char*> baselines[] = {
        {kap::INSTRUMENT_PHQ9, baseline_phq9_, "Q-PHQ9"},
        {kap::INSTRUMENT_GAD7, baseline_gad7_, "Q-GAD7"}};
    for (const auto& [instrument, total, questionnaire] : baselines) {
      kap::Baseline* baseline = outcome->add_baselines();
      baseline->set_instrument(instrument);
      baseline->set_total(total);
      baseline->set_time(SynthTime(start_, kMorning + 20));
      baseline->set_screening(Id("SCR"));
      baseline->set_questionnaire(questionnaire);
    }
    sink_(record);
  }

  const SynthOptions& options_;
  const RecordSink& sink_;
  SynthRandom random_;
  const std::string number_;
  const absl::CivilDay start_;
  int phq9_;
  int gad7_;
  int baseline_phq9_ = 0;
  int baseline_gad7_ = 0;
  bool insured_ = true;
};

}  // namespace

void SynthCourse(const SynthOptions& options, int number, absl::CivilDay start,
                 const RecordSink& sink) {
  Course(options, number, start, sink).Run();
}

}  // namespace kgw::ctl
