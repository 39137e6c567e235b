#include "gateway/record/invariants.h"
#include "kap/v1/common.pb.h"
#include "kap/v1/patient.pb.h"
#include "kap/v1/record.pb.h"

namespace kgw::record {
namespace {

using kap::v1::Actor;
using kap::v1::Author;
using kap::v1::Coverage;
using kap::v1::HumanName;
using kap::v1::Period;
using kap::v1::Record;

void CheckAuthor(const Node& record, bool belongs_to_patient, Findings& findings) {
  for (const Node& author : record.All(Record::kAuthorFieldNumber)) {
    for (const Node& who : author.All(Author::kWhoFieldNumber)) {
      if (who.Has(Actor::kPractitionerFieldNumber) &&
          !author.Has(Author::kOrganizationFieldNumber)) {
        findings.Error("required", author.Path("organization"),
                       "is missing: say for whom the practitioner works");
      }
      if (!belongs_to_patient &&
          (who.Has(Actor::kPatientFieldNumber) || who.Has(Actor::kRelatedPersonFieldNumber))) {
        findings.Error("invariant", who.Path(), "this record has no patient");
      }
    }
  }
}

void CheckEnvelope(const Node& record, Findings& findings) {
  const bool is_patient = record.Has(Record::kPatientRecordFieldNumber);
  const bool belongs_to_patient = !record.Has(Record::kOrganizationFieldNumber) &&
                                  !record.Has(Record::kPractitionerFieldNumber);
  const bool names_patient = record.Has(Record::kPatientFieldNumber);
  if (belongs_to_patient && !is_patient && !names_patient) {
    findings.Error("required", "patient", "is missing");
  } else if (!belongs_to_patient && names_patient) {
    findings.Error("invariant", "patient", "a record of this type belongs to no patient");
  } else if (is_patient && names_patient &&
             record.Text(Record::kPatientFieldNumber) != record.Text(Record::kIdFieldNumber)) {
    findings.Error("invariant", "patient", "must be the record's own id, or absent");
  }
  CheckAuthor(record, belongs_to_patient, findings);
}

void CheckPeriod(const Node& period, Findings& findings) {
  CheckOrder(period, Period::kStartFieldNumber, Period::kEndFieldNumber, findings);
}

void CheckName(const Node& name, Findings& findings) {
  if (!name.Has(HumanName::kFamilyFieldNumber) && !name.Has(HumanName::kGivenFieldNumber)) {
    findings.Error("required", name.Path(), "needs a family or a given name");
  }
}

void CheckCoverage(const Node& coverage, Findings& findings) {
  if (!coverage.Has(Coverage::kMemberIdFieldNumber) &&
      !coverage.Has(Coverage::kSubscriberIdFieldNumber)) {
    findings.Error("required", coverage.Path(), "needs memberId or subscriberId");
  }
}

constexpr Invariant kEnvelope[] = {{"Record", CheckEnvelope}, {"Period", CheckPeriod}};
constexpr Invariant kPeople[] = {{"HumanName", CheckName}, {"Coverage", CheckCoverage}};

}  // namespace

std::span<const Invariant> EnvelopeInvariants() { return kEnvelope; }
std::span<const Invariant> PeopleInvariants() { return kPeople; }

}  // namespace kgw::record
