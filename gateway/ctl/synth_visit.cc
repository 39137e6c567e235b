#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_format.h"
#include "gateway/base/strings.h"
#include "gateway/ctl/synth_parts.h"

namespace kgw::ctl {

namespace kap = ::kap::v1;

namespace {

void AddParticipants(kap::Visit* visit, kap::VisitKind kind, absl::CivilDay day, int minutes) {
  const auto add = [&](const char* who, kap::ParticipantRole role, int in, int out) {
    kap::Participant* participant = visit->add_participants();
    participant->mutable_who()->set_practitioner(who);
    participant->set_role(role);
    participant->set_in_time(SynthTime(day, kSynthMorning + in));
    participant->set_out_time(SynthTime(day, kSynthMorning + out));
  };
  if (kind == kap::VISIT_KIND_SCREENING) {
    add(kSynthPrescriber, kap::PARTICIPANT_ROLE_PRESCRIBER, 0, minutes);
    return;
  }
  add(kSynthTherapist, kap::PARTICIPANT_ROLE_THERAPIST, 0, minutes);
  if (kind == kap::VISIT_KIND_DOSING) add(kSynthSitter, kap::PARTICIPANT_ROLE_SITTER, 15, 150);
}

void AddPhases(kap::Visit* visit, absl::CivilDay day) {
  const std::tuple<kap::PhaseCode, int, int> phases[] = {{kap::PHASE_CODE_PREPARATION, 0, 15},
                                                         {kap::PHASE_CODE_ADMINISTRATION, 15, 30},
                                                         {kap::PHASE_CODE_JOURNEY, 30, 105},
                                                         {kap::PHASE_CODE_INTEGRATION, 105, 150}};
  for (const auto& [code, in, out] : phases) {
    kap::Phase* phase = visit->add_phases();
    phase->set_code(code);
    phase->set_start(SynthTime(day, kSynthMorning + in));
    phase->set_end(SynthTime(day, kSynthMorning + out));
    phase->mutable_performer()->set_practitioner(kSynthTherapist);
  }
}

void AddCharge(Course& course, kap::Visit* visit, absl::CivilDay day, int minutes,
               SynthCharge charge, bool video) {
  kap::ChargeLine* line = visit->add_charges();
  line->set_id("C-1");
  line->set_code_system(kap::SERVICE_CODE_SYSTEM_CPT);
  line->set_code(charge.cpt);
  if (video) line->add_modifiers("95");
  line->set_units(1);
  line->set_amount_minor(charge.minor_units + course.random.Between(0, 99));
  line->set_currency("USD");
  line->add_reasons("R-1");
  line->set_service_date(absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day()));
  line->set_place_of_service(video ? "10" : "11");
  line->set_rendered_by(kSynthTherapist);
  line->set_coded_by(kSynthTherapist);
  line->set_coded_time(SynthTime(day, kSynthMorning + minutes + 25));
  line->set_note_signed_time(SynthTime(day, kSynthMorning + minutes + 20));
}

void SetLozenge(kap::Medicine* medicine) {
  medicine->set_substance(kap::SUBSTANCE_KETAMINE);
  medicine->set_form(kap::MEDICATION_FORM_LOZENGE);
  medicine->set_strength_mg("100");
}

void AddOrder(Course& course, kap::Session* content, absl::CivilDay day) {
  kap::Order* order = content->mutable_order();
  order->set_status(kap::ORDER_STATUS_COMPLETED);
  order->set_prescriber(kSynthPrescriber);
  order->set_authored_time(SynthTime(day - 3, kSynthMorning));
  SetLozenge(order->mutable_medicine());
  order->set_units_per_dose("2");
  order->set_dose_mg("200");
  order->set_route(kap::ROUTE_SUBLINGUAL);
  order->set_instructions("Hold under the tongue 15 minutes, then spit out");
  order->set_quantity("2");
  order->mutable_indication()->set_screening(course.Id("SCR"));
  order->mutable_indication()->set_indication("I-1");
  order->set_off_label(true);
  kap::Dispense* dispense = content->add_dispenses();
  dispense->set_id("DI-1");
  dispense->set_pharmacy(kSynthPharmacy);
  dispense->set_handed_over_time(SynthTime(day - 1, kSynthMorning));
  dispense->set_quantity("2");
  dispense->set_lot(StrCat("LOT-", course.number));
}

void AddDose(Course& course, kap::Session* content, absl::CivilDay day) {
  kap::Dose* dose = content->add_doses();
  dose->set_id("D-1");
  dose->set_status(kap::DOSE_STATUS_GIVEN);
  SetLozenge(dose->mutable_medicine());
  dose->set_units("2");
  dose->set_total_mg("200");
  dose->set_route(kap::ROUTE_SUBLINGUAL);
  dose->set_hold_minutes(15);
  dose->set_after_holding(kap::AFTER_HOLDING_SPAT);
  dose->set_lot(StrCat("LOT-", course.number));
  dose->set_in_time(SynthTime(day, kSynthMorning + 15));
  dose->set_out_time(SynthTime(day, kSynthMorning + 30));
  dose->mutable_given_by()->set_practitioner(kSynthSitter);
  dose->set_dispense("DI-1");
}

void AddNausea(kap::Session* content, absl::CivilDay day) {
  kap::AdverseEvent* event = content->add_adverse_events();
  event->set_id("AE-1");
  event->set_kind(kap::ADVERSE_EVENT_KIND_NAUSEA);
  event->set_onset_time(SynthTime(day, kSynthMorning + 60));
  event->set_severity(kap::ADVERSE_EVENT_SEVERITY_MILD);
  event->set_serious(false);
  event->set_outcome(kap::ADVERSE_EVENT_OUTCOME_RESOLVED);
  event->set_suspected_dose("D-1");
  event->set_causality(kap::CAUSALITY_PROBABLE);
  event->set_recorded_by(kSynthSitter);
}

void AddDischarge(kap::Session* content, absl::CivilDay day) {
  kap::Discharge* discharge = content->mutable_discharge();
  discharge->set_ready(true);
  discharge->set_assessed_time(SynthTime(day, kSynthMorning + 150));
  discharge->set_decided_by(kSynthTherapist);
  for (int code = kap::DISCHARGE_CRITERION_CODE_ORIENTED;
       code <= kap::DISCHARGE_CRITERION_CODE_WATCHED_LONG_ENOUGH; ++code) {
    kap::DischargeCriterion* criterion = discharge->add_criteria();
    criterion->set_code(static_cast<kap::DischargeCriterionCode>(code));
    criterion->set_met(kap::ANSWER_YES);
  }
  discharge->set_left_time(SynthTime(day, kSynthMorning + 165));
  discharge->mutable_escort()->set_related_person("RP-1");
  discharge->set_no_driving_acknowledged(true);
}

}  // namespace

void AddVitals(Course& course, kap::VitalsReading* reading, const std::string& id,
               absl::CivilDay day, int minute, int rise, kap::VitalsSlot slot) {
  reading->set_id(id);
  reading->set_time(SynthTime(day, minute));
  if (slot != kap::VITALS_SLOT_UNSPECIFIED) reading->set_slot(slot);
  reading->set_systolic_mmhg(course.random.Between(112, 128) + rise);
  reading->set_diastolic_mmhg(course.random.Between(70, 80) + rise / 2);
  reading->set_heart_rate(course.random.Between(62, 80) + rise / 2);
  reading->set_respiratory_rate(course.random.Between(12, 18));
  reading->set_spo2_percent(std::to_string(course.random.Between(95, 99)));
  reading->set_measurement(kap::MEASUREMENT_STAFF);
  reading->mutable_taken_by()->set_practitioner(kSynthSitter);
}

void SynthVisit(Course& course, std::string_view kind_id, kap::VisitKind kind, absl::CivilDay day,
                int minutes, SynthCharge charge) {
  const bool video = kind == kap::VISIT_KIND_INTEGRATION && course.random.OneIn(2);
  kap::Record record = course.Envelope(StrCat("V-", course.number, "-", kind_id),
                                       SynthTime(day, kSynthMorning + minutes + 30));
  kap::Visit* visit = record.mutable_visit();
  visit->set_status(kap::VISIT_STATUS_FINISHED);
  visit->set_channel(video ? kap::VISIT_CHANNEL_VIDEO : kap::VISIT_CHANNEL_IN_PERSON);
  visit->set_kind(kind);
  visit->mutable_period()->set_start(SynthTime(day, kSynthMorning));
  visit->mutable_period()->set_end(SynthTime(day, kSynthMorning + minutes));
  visit->set_organization(kSynthClinic);
  if (video) {
    visit->set_patient_place(kap::PATIENT_PLACE_HOME);
  } else {
    visit->mutable_location()->set_organization(kSynthClinic);
    visit->mutable_location()->set_location(kSynthRoom);
  }
  visit->set_payment_intent(course.insured ? kap::PAYMENT_INTENT_INSURANCE
                                           : kap::PAYMENT_INTENT_SELF_PAY);
  AddParticipants(visit, kind, day, minutes);
  if (kind == kap::VISIT_KIND_DOSING) AddPhases(visit, day);
  kap::Reason* reason = visit->add_reasons();
  reason->set_id("R-1");
  reason->set_icd10cm(course.Diagnosis());
  AddCharge(course, visit, day, minutes, charge, video);
  kap::VisitNote* note = visit->mutable_note();
  note->set_text("Synthetic progress note: attended, oriented, plan unchanged.");
  note->set_author(kSynthTherapist);
  note->set_written_time(SynthTime(day, kSynthMorning + minutes + 10));
  note->set_signed_time(SynthTime(day, kSynthMorning + minutes + 20));
  note->set_signed_by(kSynthTherapist);
  course.sink(record);
}

void SynthSession(Course& course, int session, absl::CivilDay day) {
  kap::Record record = course.Envelope(StrCat("S-", course.number, "-", session),
                                       SynthTime(day, kSynthMorning + 200));
  kap::Session* content = record.mutable_session();
  content->set_dosing_visit(StrCat("V-", course.number, "-DOSE-", session));
  content->add_preparation_visits(StrCat("V-", course.number, "-PREP"));
  content->set_number(session);
  content->set_supervision(kap::SUPERVISION_IN_PERSON);
  AddOrder(course, content, day);
  AddDose(course, content, day);
  const std::pair<int, kap::VitalsSlot> times[] = {
      {10, kap::VITALS_SLOT_BEFORE_DOSE}, {35, kap::VITALS_SLOT_CUSTOM},
      {55, kap::VITALS_SLOT_PLUS_40},     {75, kap::VITALS_SLOT_CUSTOM},
      {105, kap::VITALS_SLOT_CUSTOM},     {135, kap::VITALS_SLOT_PLUS_120}};
  int reading = 0;
  for (const auto& [minute, slot] : times) {
    const int rise = minute > 20 && minute < 110 ? 14 : 0;
    AddVitals(course, content->add_vitals(), StrCat("VS-", ++reading), day, kSynthMorning + minute,
              rise, slot);
  }
  if (course.random.OneIn(3)) AddNausea(content, day);
  AddDischarge(content, day);
  course.sink(record);
}

}  // namespace kgw::ctl
