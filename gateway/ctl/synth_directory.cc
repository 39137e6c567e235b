#include "gateway/ctl/synth.h"

namespace kgw::ctl {
namespace {

namespace kap = ::kap::v1;

constexpr char kWrittenDown[] = "2026-01-05T08:00:00-07:00";

// A National Provider Identifier with its Luhn check digit, from nine digits.
std::string NpiFrom(const std::string& nine) {
  int sum = 24;  // of the prefix 80840
  for (int i = 8; i >= 0; --i) {
    int digit = nine[static_cast<size_t>(i)] - '0';
    if (i % 2 == 0) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return nine + static_cast<char>('0' + (10 - sum % 10) % 10);
}

void SetAddress(kap::Address* address, const char* line) {
  address->set_use(kap::ADDRESS_USE_WORK);
  address->add_lines(line);
  address->set_city("Denver");
  address->set_state("CO");
  address->set_postal_code("80202");
  address->set_country("US");
}

void SetPhone(kap::Telecom* telecom, const char* number) {
  telecom->set_system(kap::TELECOM_SYSTEM_PHONE);
  telecom->set_value(number);
  telecom->set_use(kap::TELECOM_USE_WORK);
}

kap::Record OrganizationNamed(const SynthOptions& options, const char* id, const char* name,
                              kap::OrganizationKind kind, const char* npi_digits) {
  kap::Record record = SynthEnvelope(options, id, kWrittenDown);
  // The clinic writes down who it works with before it has staff to name.
  record.mutable_author()->mutable_who()->set_organization(kSynthClinic);
  record.mutable_author()->clear_organization();
  kap::Organization* organization = record.mutable_organization();
  organization->set_name(name);
  organization->set_kind(kind);
  organization->set_active(true);
  organization->set_npi(NpiFrom(npi_digits));
  SetPhone(organization->add_telecoms(), "303-555-0100");
  SetAddress(organization->add_addresses(), "1 Example Street");
  return record;
}

kap::Record Clinic(const SynthOptions& options) {
  kap::Record record =
      OrganizationNamed(options, kSynthClinic, "Example Clinic for Ketamine-Assisted Psychotherapy",
                        kap::ORGANIZATION_KIND_PROVIDER, "100000001");
  kap::Location* room = record.mutable_organization()->add_locations();
  room->set_id(kSynthRoom);
  room->set_name("Treatment room 1");
  room->set_status(kap::LOCATION_STATUS_ACTIVE);
  room->set_kind(kap::LOCATION_KIND_ROOM);
  SetAddress(room->mutable_address(), "1 Example Street");
  kap::HealthcareService* service = record.mutable_organization()->add_services();
  service->set_id("KAP");
  service->set_name("Ketamine-assisted psychotherapy");
  service->set_active(true);
  service->set_kind(kap::SERVICE_KIND_KETAMINE_ASSISTED_PSYCHOTHERAPY);
  service->add_locations(kSynthRoom);
  service->set_appointment_required(true);
  service->set_telehealth(true);
  return record;
}

kap::Record Member(const SynthOptions& options, const char* id, const char* given,
                   const char* family, const char* npi_digits, kap::RoleKind kind,
                   const char* taxonomy) {
  kap::Record record = SynthEnvelope(options, id, kWrittenDown);
  record.mutable_author()->mutable_who()->set_organization(kSynthClinic);
  record.mutable_author()->clear_organization();
  kap::Practitioner* practitioner = record.mutable_practitioner();
  kap::HumanName* name = practitioner->add_names();
  name->set_use(kap::NAME_USE_OFFICIAL);
  name->set_family(family);
  name->add_given(given);
  practitioner->set_active(true);
  practitioner->set_npi(NpiFrom(npi_digits));
  SetPhone(practitioner->add_telecoms(), "303-555-0101");
  kap::PractitionerRole* role = practitioner->add_roles();
  role->set_id("ROLE-1");
  role->set_organization(kSynthClinic);
  role->add_kinds(kind);
  role->add_specialties(taxonomy);
  SetPhone(role->add_telecoms(), "303-555-0101");
  role->set_active(true);
  role->set_accepts_kap(true);
  return record;
}

}  // namespace

void SynthDirectory(const SynthOptions& options, const RecordSink& sink) {
  sink(Clinic(options));
  sink(OrganizationNamed(options, kSynthPharmacy, "Example Compounding Pharmacy",
                         kap::ORGANIZATION_KIND_PHARMACY, "100000002"));
  sink(OrganizationNamed(options, kSynthPayer, "Example Health Plan", kap::ORGANIZATION_KIND_PAYER,
                         "100000003"));
  sink(Member(options, kSynthPrescriber, "Ada", "Prescott", "100000011", kap::ROLE_KIND_PRESCRIBER,
              "2084P0800X"));
  sink(Member(options, kSynthTherapist, "Theo", "Lindgren", "100000012", kap::ROLE_KIND_THERAPIST,
              "1041C0700X"));
  sink(Member(options, kSynthSitter, "Sam", "Okafor", "100000013", kap::ROLE_KIND_SITTER,
              "101YM0800X"));
}

}  // namespace kgw::ctl
