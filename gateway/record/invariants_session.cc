#include <bitset>

#include "gateway/record/decimal.h"
#include "gateway/record/invariants.h"
#include "kap/v1/medication.pb.h"
#include "kap/v1/session.pb.h"

namespace kgw::record {
namespace {

using kap::v1::AdverseEvent;
using kap::v1::Discharge;
using kap::v1::DischargeCriterion;
using kap::v1::Dose;
using kap::v1::Medicine;
using kap::v1::Session;

void CheckSession(const Node& session, Findings& findings) {
  if (session.Has(Session::kOrderFieldNumber) &&
      session.Has(Session::kOrderFromSessionFieldNumber)) {
    findings.Error("invariant", session.Path("orderFromSession"),
                   "stands beside an order of this session");
  }
}

// A lozenge may be cut, and a label rounds; so a difference is said, not refused.
void CheckTotal(const Node& dose, Findings& findings) {
  const auto units = ParseDecimal(dose.Text(Dose::kUnitsFieldNumber));
  const auto total = ParseDecimal(dose.Text(Dose::kTotalMgFieldNumber));
  for (const Node& medicine : dose.All(Dose::kMedicineFieldNumber)) {
    const auto strength = ParseDecimal(medicine.Text(Medicine::kStrengthMgFieldNumber));
    if (units && total && strength && !ProductEquals(*strength, *units, *total)) {
      findings.Warning("invariant", dose.Path("totalMg"), "is not strength times units");
    }
  }
}

void CheckDose(const Node& dose, Findings& findings) {
  const int64_t status = dose.Number(Dose::kStatusFieldNumber);
  const bool given = status == kap::v1::DOSE_STATUS_GIVEN || status == kap::v1::DOSE_STATUS_STOPPED;
  const bool withheld =
      status == kap::v1::DOSE_STATUS_REFUSED || status == kap::v1::DOSE_STATUS_HELD_BACK;
  if (given && !dose.Has(Dose::kTotalMgFieldNumber)) {
    findings.Error("required", dose.Path("totalMg"), "is missing: the dose was given");
  }
  if (given && !dose.Has(Dose::kRouteFieldNumber)) {
    findings.Error("required", dose.Path("route"), "is missing: the dose was given");
  }
  if (withheld && !dose.Has(Dose::kReasonFieldNumber) && !dose.Has(Dose::kReasonTextFieldNumber)) {
    findings.Error("required", dose.Path("reason"), "is missing: the dose was not given");
  }
  for (int field :
       {Dose::kOutTimeFieldNumber, Dose::kHoldMinutesFieldNumber, Dose::kAfterHoldingFieldNumber}) {
    if (const Entry* entry = dose.Find(field); withheld && entry != nullptr) {
      findings.Error("invariant", PathOf(dose.tree(), *entry), "the dose was not given");
    }
  }
  CheckOrder(dose, Dose::kInTimeFieldNumber, Dose::kOutTimeFieldNumber, findings);
  CheckTotal(dose, findings);
}

void CheckAdverseEvent(const Node& event, Findings& findings) {
  CheckOrder(event, AdverseEvent::kOnsetTimeFieldNumber, AdverseEvent::kResolvedTimeFieldNumber,
             findings);
  CheckOrder(event, AdverseEvent::kOnsetTimeFieldNumber, AdverseEvent::kDetectedTimeFieldNumber,
             findings);
  if (event.Number(AdverseEvent::kKindFieldNumber) == kap::v1::ADVERSE_EVENT_KIND_OTHER &&
      !event.Has(AdverseEvent::kTextFieldNumber)) {
    findings.Error("required", event.Path("text"), "is missing: say what happened");
  }
  if (event.Has(AdverseEvent::kCausalityFieldNumber) &&
      !event.Has(AdverseEvent::kSuspectedDoseFieldNumber)) {
    findings.Error("required", event.Path("suspectedDose"), "is missing beside causality");
  }
  if (event.Number(AdverseEvent::kOutcomeFieldNumber) == kap::v1::ADVERSE_EVENT_OUTCOME_FATAL &&
      event.Has(AdverseEvent::kSeriousFieldNumber) &&
      event.Number(AdverseEvent::kSeriousFieldNumber) == 0) {
    findings.Error("invariant", event.Path("serious"), "the outcome was fatal");
  }
}

void CheckDischarge(const Node& discharge, Findings& findings) {
  std::bitset<kap::v1::DischargeCriterionCode_ARRAYSIZE> seen;
  for (const Node& criterion : discharge.All(Discharge::kCriteriaFieldNumber)) {
    const int64_t code = criterion.Number(DischargeCriterion::kCodeFieldNumber);
    if (code <= 0 || code >= kap::v1::DischargeCriterionCode_ARRAYSIZE) {
      continue;  // said already
    }
    if (seen.test(static_cast<size_t>(code))) {
      findings.Error("invariant", criterion.Path("code"), "the criterion stands here twice");
    }
    seen.set(static_cast<size_t>(code));
  }
}

constexpr Invariant kInvariants[] = {{"Session", CheckSession},
                                     {"Dose", CheckDose},
                                     {"AdverseEvent", CheckAdverseEvent},
                                     {"Discharge", CheckDischarge}};

}  // namespace

std::span<const Invariant> SessionInvariants() { return kInvariants; }

}  // namespace kgw::record
