#ifndef TESTS_GATEWAY_INTAKE_RECORDS_H_
#define TESTS_GATEWAY_INTAKE_RECORDS_H_

#include <cstdint>
#include <string>

#include "kap/v1/record.pb.h"

namespace kgw::intake {

// A small Patient record that is right in every way.
inline kap::v1::Record PatientRecord(const std::string& id, int64_t version,
                                     const std::string& family = "Example",
                                     const std::string& tenant = "demo-clinic") {
  kap::v1::Record record;
  record.set_tenant(tenant);
  record.set_source("kap-ehr");
  record.set_id(id);
  record.set_version(version);
  record.set_recorded_time("2026-03-02T14:05:00-07:00");
  record.mutable_author()->mutable_who()->set_practitioner("T-1");
  record.mutable_author()->set_organization("O-1");
  record.set_load_mode(kap::v1::LOAD_MODE_LIVE);
  record.set_test_data(true);
  kap::v1::Patient* patient = record.mutable_patient_record();
  kap::v1::HumanName* name = patient->add_names();
  name->set_family(family);
  name->add_given("Case");
  patient->set_gender(kap::v1::GENDER_UNKNOWN);
  patient->set_birth_date("1980-01-01");
  return record;
}

inline std::string PatientBytes(const std::string& id, int64_t version,
                                const std::string& family = "Example",
                                const std::string& tenant = "demo-clinic") {
  return PatientRecord(id, version, family, tenant).SerializeAsString();
}

}  // namespace kgw::intake

#endif  // TESTS_GATEWAY_INTAKE_RECORDS_H_
