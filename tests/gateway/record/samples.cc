#include "tests/gateway/record/samples.h"

#include <cstdio>
#include <cstdlib>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/text_format.h"

namespace kgw::record {
namespace {

namespace pb = google::protobuf;

kap::v1::Record FromText(const std::string& text) {
  kap::v1::Record record;
  if (!pb::TextFormat::ParseFromString(text, &record)) {
    std::fprintf(stderr, "a sample does not parse\n");
    std::abort();
  }
  record.set_tenant("demo-clinic");
  record.set_source("kap-ehr");
  record.set_version(1);
  record.set_recorded_time("2026-03-02T16:30:00-07:00");
  record.mutable_author()->mutable_who()->set_practitioner("T-1");
  record.mutable_author()->set_organization("O-1");
  record.set_load_mode(kap::v1::LOAD_MODE_LIVE);
  record.set_test_data(true);
  return record;
}

std::string TextOfForm(const kap::v1::Check& check) {
  switch (check.form()) {
    case kap::v1::FORM_DECIMAL:
      return check.has_decimal_min() ? check.decimal_min() : "1.50";
    case kap::v1::FORM_DATE:
    case kap::v1::FORM_PARTIAL_DATE:
      return "2026-03-02";
    case kap::v1::FORM_DATE_TIME:
    case kap::v1::FORM_INSTANT:
      return "2026-03-02T09:00:00-07:00";
    case kap::v1::FORM_URI:
      return "urn:oid:1.2.3";
    case kap::v1::FORM_NPI:
      return "1234567893";
    case kap::v1::FORM_DEA:
      return "AB1234563";
    case kap::v1::FORM_SNOMED:
      return "58214004";
    case kap::v1::FORM_RXNORM:
      return "6130";
    case kap::v1::FORM_ICD10CM:
      return "F33.1";
    case kap::v1::FORM_PROCEDURE:
      return "90837";
    case kap::v1::FORM_MODIFIER:
      return "95";
    case kap::v1::FORM_PLACE_OF_SERVICE:
      return "10";
    case kap::v1::FORM_CURRENCY:
      return "USD";
    case kap::v1::FORM_LANGUAGE:
      return "en-US";
    case kap::v1::FORM_STATE:
      return "CA";
    case kap::v1::FORM_TAXONOMY:
      return "2084P0800X";
    case kap::v1::FORM_NDC:
      return "50458-028-02";
    default:
      return "t-1";
  }
}

class Filler {
 public:
  explicit Filler(int turn) : turn_(turn) {}

  void Fill(pb::Message& message) {
    const pb::Descriptor& type = *message.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const pb::FieldDescriptor& field = *type.field(i);
      if (!IsSkipped(field)) {
        FillField(message, field);
      }
    }
  }

 private:
  bool IsSkipped(const pb::FieldDescriptor& field) const {
    const pb::OneofDescriptor* oneof = field.real_containing_oneof();
    return oneof != nullptr && oneof->field(turn_ % oneof->field_count()) != &field;
  }

  void FillField(pb::Message& message, const pb::FieldDescriptor& field) {
    const int entries = field.is_repeated() ? 2 : 1;
    for (int i = 0; i < entries; ++i) {
      FillOne(message, field);
    }
  }

  void FillOne(pb::Message& message, const pb::FieldDescriptor& field) {
    const pb::Reflection& access = *message.GetReflection();
    const kap::v1::Check& check = field.options().GetExtension(kap::v1::check);
    const bool many = field.is_repeated();
    switch (field.cpp_type()) {
      case pb::FieldDescriptor::CPPTYPE_MESSAGE:
        Fill(many ? *access.AddMessage(&message, &field)
                  : *access.MutableMessage(&message, &field));
        break;
      case pb::FieldDescriptor::CPPTYPE_STRING: {
        const std::string text =
            check.part_id() ? "id-" + std::to_string(++ids_) : TextOfForm(check);
        many ? access.AddString(&message, &field, text) : access.SetString(&message, &field, text);
        break;
      }
      case pb::FieldDescriptor::CPPTYPE_ENUM:
        many ? access.AddEnumValue(&message, &field, 1) : access.SetEnumValue(&message, &field, 1);
        break;
      case pb::FieldDescriptor::CPPTYPE_BOOL:
        access.SetBool(&message, &field, check.only_true() || turn_ % 2 == 0);
        break;
      case pb::FieldDescriptor::CPPTYPE_INT32:
        access.SetInt32(&message, &field, static_cast<int32_t>(check.min()));
        break;
      case pb::FieldDescriptor::CPPTYPE_INT64:
        access.SetInt64(&message, &field, check.min());
        break;
      default:
        std::abort();
    }
  }

  int turn_;
  int ids_ = 0;
};

}  // namespace

kap::v1::Record EveryFieldSet(int content_number, int turn) {
  kap::v1::Record record;
  const pb::Descriptor& type = *kap::v1::Record::descriptor();
  Filler filler(turn);
  filler.Fill(record);
  const pb::Reflection& access = *record.GetReflection();
  access.ClearOneof(&record, type.FindOneofByName("content"));
  filler.Fill(*access.MutableMessage(&record, type.FindFieldByNumber(content_number)));
  return record;
}

kap::v1::Record SampleOrganization() {
  return FromText(R"pb(
    id: "O-1"
    organization {
      name: "Demo Clinic"
      kind: ORGANIZATION_KIND_PROVIDER
      npi: "1234567893"
      telecoms { system: TELECOM_SYSTEM_PHONE value: "+1-555-0100" use: TELECOM_USE_WORK }
      addresses { lines: "1 First Street" city: "Oakland" state: "CA" postal_code: "94601" }
      locations { id: "L-1" name: "Room 1" kind: LOCATION_KIND_ROOM part_of: "L-2" }
      locations { id: "L-2" name: "Clinic" kind: LOCATION_KIND_CLINIC latitude: "37.80440" }
      services {
        id: "S-1"
        name: "KAP"
        kind: SERVICE_KIND_KETAMINE_ASSISTED_PSYCHOTHERAPY
        locations: "L-1"
      }
    })pb");
}

kap::v1::Record SamplePractitioner() {
  return FromText(R"pb(
    id: "T-1"
    practitioner {
      names { family: "Example" given: "Tess" suffix: "MD" }
      npi: "1234567893"
      dea: "AB1234563"
      qualifications { kind: QUALIFICATION_KIND_KAP_CERTIFICATE title: "KAP training" }
      roles {
        id: "R-1"
        organization: "O-1"
        kinds: ROLE_KIND_PRESCRIBER
        kinds: ROLE_KIND_THERAPIST
        specialties: "2084P0800X"
        locations { organization: "O-1" location: "L-1" }
        telehealth_states: "CA"
        accepts_kap: false
      }
    })pb");
}

kap::v1::Record SamplePatient() {
  return FromText(R"pb(
    id: "P-1"
    patient_record {
      medical_record_numbers { system: "urn:oid:1.2.3.4" value: "000123" assigner: "O-1" }
      names { use: NAME_USE_OFFICIAL family: "Müller \"Q\"" given: "Ana" }
      gender: GENDER_FEMALE
      birth_date: "1984-05"
      coverages {
        id: "C-1"
        status: COVERAGE_STATUS_ACTIVE
        member_id: "M1"
        relationship: SUBSCRIBER_RELATIONSHIP_SPOUSE
        subscriber: "RP-1"
        payer: "O-9"
        period { start: "2026" }
      }
      related_persons {
        id: "RP-1"
        relationships: RELATIONSHIP_SPOUSE
        relationships: RELATIONSHIP_EMERGENCY_CONTACT
        names { given: "Lee" }
      }
      payment_intent: PAYMENT_INTENT_INSURANCE
    })pb");
}

kap::v1::Record SampleScreening() {
  return FromText(R"pb(
    id: "SC-1"
    patient: "P-1"
    screening {
      visit: "V-1"
      screened_time: "2026-03-01T10:00:00-07:00"
      questionnaires {
        id: "Q-1"
        instrument: INSTRUMENT_PHQ9
        administered_time: "2026-03-01T09:50:00-07:00"
        items { number: 1 score: 0 }
        items { number: 2 score: 3 }
        items { number: 9 missing: MISSING_REASON_REFUSED }
        claimed_total: 27
      }
      questionnaires {
        id: "Q-2"
        instrument: INSTRUMENT_CSSRS_SCREENER
        administered_time: "2026-03-01T09:55:00-07:00"
        items { number: 1 yes: false }
        items { number: 7 yes: true }
      }
      vitals { id: "B-1" time: "2026-03-01T09:40:00-07:00" weight_kg: "70.50" }
      exclusions { id: "E-1" rule: EXCLUSION_RULE_PSYCHOSIS answer: EXCLUSION_ANSWER_DENIED }
      exclusions {
        id: "E-2"
        rule: EXCLUSION_RULE_MED_INTERACT
        answer: EXCLUSION_ANSWER_PRESENT
        medications: "M-1"
      }
      indications { id: "I-1" icd10cm: "F33.1" snomed: "66344007" onset: "2019" }
      failed_antidepressant_trials: 0
      medications { id: "M-1" text: "Lorazepam 1 mg" }
      decision {
        eligibility: ELIGIBILITY_ELIGIBLE
        decided_by: "T-1"
        decided_time: "2026-03-01T11:00:00-07:00"
      }
    })pb");
}

kap::v1::Record SampleVisit() {
  return FromText(R"pb(
    id: "V-1"
    patient: "P-1"
    visit {
      status: VISIT_STATUS_FINISHED
      channel: VISIT_CHANNEL_VIDEO
      kind: VISIT_KIND_DOSING
      period { start: "2026-03-02T09:00:00-07:00" end: "2026-03-02T12:00:00-07:00" }
      organization: "O-1"
      location { organization: "O-1" location: "L-1" }
      phases {
        code: PHASE_CODE_JOURNEY
        start: "2026-03-02T09:30:00-07:00"
        end: "2026-03-02T17:00:00Z"
      }
      participants {
        who { practitioner: "T-1" }
        role: PARTICIPANT_ROLE_THERAPIST
        in_time: "2026-03-02T09:00:00-07:00"
      }
      participants {
        who { related_person: "RP-1" }
        role: PARTICIPANT_ROLE_CHAPERONE
      }
      reasons {
        id: "D-1"
        icd10cm: "F33.1"
        indication { screening: "SC-1" indication: "I-1" }
      }
      charges {
        id: "CH-1"
        code_system: SERVICE_CODE_SYSTEM_CPT
        code: "90837"
        modifiers: "95"
        units: 1
        amount_minor: 18000
        currency: "USD"
        reasons: "D-1"
        service_date: "2026-03-02"
        place_of_service: "10"
        coded_by: "T-1"
      }
      note {
        text: "Line one.\nLine two.\t\"ok\""
        author: "T-1"
        written_time: "2026-03-02T13:00:00Z"
      }
    })pb");
}

kap::v1::Record SampleSession() {
  return FromText(R"pb(
    id: "S-1"
    patient: "P-1"
    session {
      dosing_visit: "V-1"
      preparation_visits: "V-0"
      number: 1
      order {
        prescriber: "T-1"
        authored_time: "2026-02-20T10:00:00-07:00"
        medicine { substance: SUBSTANCE_KETAMINE form: MEDICATION_FORM_LOZENGE strength_mg: "100" }
        dose_mg: "200"
        route: ROUTE_SUBLINGUAL
        repeats: 0
      }
      dispenses { id: "DI-1" pharmacy: "O-2" handed_over_time: "2026-02-25T10:00:00Z" lot: "LOT7" }
      doses {
        id: "DO-1"
        status: DOSE_STATUS_GIVEN
        medicine {
          substance: SUBSTANCE_KETAMINE
          form: MEDICATION_FORM_LOZENGE
          strength_mg: "100.0"
        }
        units: "2"
        total_mg: "200"
        route: ROUTE_SUBLINGUAL
        hold_minutes: 15
        after_holding: AFTER_HOLDING_SPAT
        in_time: "2026-03-02T09:30:00-07:00"
        out_time: "2026-03-02T09:45:00-07:00"
        given_by { patient: true }
        dispense: "DI-1"
      }
      vitals {
        id: "B-1"
        time: "2026-03-02T09:20:00-07:00"
        slot: VITALS_SLOT_BEFORE_DOSE
        systolic_mmhg: 120
        diastolic_mmhg: 80
        spo2_percent: "98"
        sedation_scale: SEDATION_SCALE_RASS
        sedation_score: -1
        cadss_total: 0
        measurement: MEASUREMENT_SELF
      }
      adverse_events {
        id: "AE-1"
        kind: ADVERSE_EVENT_KIND_NAUSEA
        onset_time: "2026-03-02T10:00:00-07:00"
        suspected_dose: "DO-1"
        causality: CAUSALITY_PROBABLE
        serious: false
        treatments { id: "AT-1" text: "Ondansetron 4 mg" time: "2026-03-02T10:05:00-07:00" }
      }
      discharge {
        ready: true
        assessed_time: "2026-03-02T11:40:00-07:00"
        decided_by: "T-1"
        criteria { code: DISCHARGE_CRITERION_CODE_ORIENTED met: ANSWER_YES }
        escort { related_person: "RP-1" }
        no_driving_acknowledged: true
      }
    })pb");
}

kap::v1::Record SampleOutcome() {
  return FromText(R"pb(
    id: "OU-1"
    patient: "P-1"
    outcome {
      time_point: TIME_POINT_PLUS_7_DAYS
      session: "S-1"
      questionnaires {
        id: "Q-1"
        instrument: INSTRUMENT_GAD7
        administered_time: "2026-03-09T09:50:00.125+05:30"
        claimed_total: 7
      }
      baselines {
        instrument: INSTRUMENT_GAD7
        total: 14
        time: "2026-03-01"
        screening: "SC-1"
        questionnaire: "Q-1"
      }
    })pb");
}

std::vector<kap::v1::Record> AllSamples() {
  return {SampleOrganization(), SamplePractitioner(), SamplePatient(), SampleScreening(),
          SampleVisit(),        SampleSession(),      SampleOutcome()};
}

}  // namespace kgw::record
