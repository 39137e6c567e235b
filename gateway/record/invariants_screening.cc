#include <array>
#include <initializer_list>
#include <optional>

#include "gateway/record/invariants.h"
#include "kap/v1/screening.pb.h"
#include "kap/v1/vitals.pb.h"

namespace kgw::record {
namespace {

using kap::v1::Exclusion;
using kap::v1::Indication;
using kap::v1::Screening;
using kap::v1::VitalsReading;

bool IsKnown(int64_t answer) {
  return answer != 0 && kap::v1::ExclusionAnswer_IsValid(static_cast<int>(answer));
}

// Rules that become an Observation, which has no place for how a condition went.
bool BecomesCondition(int64_t rule) {
  return rule != kap::v1::EXCLUSION_RULE_PREGNANCY &&
         rule != kap::v1::EXCLUSION_RULE_ACUTE_SUICIDE &&
         rule != kap::v1::EXCLUSION_RULE_MED_INTERACT;
}

void Refuse(const Node& node, std::initializer_list<int> fields, const char* why,
            Findings& findings) {
  for (int field : fields) {
    if (const Entry* entry = node.Find(field); entry != nullptr) {
      findings.Error("invariant", PathOf(node.tree(), *entry), why);
    }
  }
}

void CheckExclusion(const Node& exclusion, Findings& findings) {
  const int64_t answer = exclusion.Number(Exclusion::kAnswerFieldNumber);
  if (IsKnown(answer) && answer != kap::v1::EXCLUSION_ANSWER_PRESENT) {
    Refuse(exclusion,
           {Exclusion::kIcd10CmFieldNumber, Exclusion::kSnomedFieldNumber,
            Exclusion::kOnsetFieldNumber, Exclusion::kClinicalStatusFieldNumber,
            Exclusion::kMedicationsFieldNumber, Exclusion::kMitigationFieldNumber,
            Exclusion::kMitigatedByFieldNumber},
           "says more about an exclusion that is not present", findings);
  } else if (!BecomesCondition(exclusion.Number(Exclusion::kRuleFieldNumber))) {
    Refuse(exclusion, {Exclusion::kOnsetFieldNumber, Exclusion::kClinicalStatusFieldNumber},
           "has no place: this exclusion is no condition", findings);
  }
  if (exclusion.Has(Exclusion::kMitigatedByFieldNumber) &&
      !exclusion.Has(Exclusion::kMitigationFieldNumber)) {
    findings.Error("required", exclusion.Path("mitigation"), "is missing beside mitigatedBy");
  }
}

// Pregnant is one of the two things that rule asks for; the other is breastfeeding.
void CheckPregnancy(const Node& screening, const Node& exclusion, Findings& findings) {
  if (screening.Number(Screening::kPregnancyStatusFieldNumber) ==
          kap::v1::PREGNANCY_STATUS_PREGNANT &&
      exclusion.Number(Exclusion::kRuleFieldNumber) == kap::v1::EXCLUSION_RULE_PREGNANCY &&
      exclusion.Number(Exclusion::kAnswerFieldNumber) == kap::v1::EXCLUSION_ANSWER_DENIED) {
    findings.Error("invariant", exclusion.Path("answer"), "contradicts pregnancyStatus");
  }
}

// One rule may be present more than once (two aneurysms), but not present and denied.
void CheckScreening(const Node& screening, Findings& findings) {
  std::array<int64_t, kap::v1::ExclusionRule_ARRAYSIZE> answers{};
  for (const Node& exclusion : screening.All(Screening::kExclusionsFieldNumber)) {
    const int64_t rule = exclusion.Number(Exclusion::kRuleFieldNumber);
    const int64_t answer = exclusion.Number(Exclusion::kAnswerFieldNumber);
    if (rule <= 0 || rule >= kap::v1::ExclusionRule_ARRAYSIZE || !IsKnown(answer)) {
      continue;  // said already
    }
    CheckPregnancy(screening, exclusion, findings);
    int64_t& earlier = answers[static_cast<size_t>(rule)];
    if (earlier != 0 && earlier != answer) {
      findings.Error("invariant", exclusion.Path("answer"),
                     "contradicts another answer to the same rule");
    }
    earlier = answer;
  }
}

void CheckIndication(const Node& indication, Findings& findings) {
  CheckOrder(indication, Indication::kOnsetFieldNumber, Indication::kAbatementFieldNumber,
             findings);
}

struct ScaleRange {
  int64_t low;
  int64_t high;
};

ScaleRange RangeOf(int64_t scale) {
  switch (scale) {
    case kap::v1::SEDATION_SCALE_RAMSAY:
      return {1, 6};
    case kap::v1::SEDATION_SCALE_RASS:
      return {-5, 4};
    case kap::v1::SEDATION_SCALE_MOAAS:
      return {0, 5};
    default:
      return {-5, 6};
  }
}

bool HoldsValue(const Node& vitals) {
  for (int field :
       {VitalsReading::kSystolicMmhgFieldNumber, VitalsReading::kDiastolicMmhgFieldNumber,
        VitalsReading::kHeartRateFieldNumber, VitalsReading::kRespiratoryRateFieldNumber,
        VitalsReading::kSpo2PercentFieldNumber, VitalsReading::kTemperatureCelsiusFieldNumber,
        VitalsReading::kWeightKgFieldNumber, VitalsReading::kHeightCmFieldNumber,
        VitalsReading::kSedationScoreFieldNumber, VitalsReading::kCadssTotalFieldNumber}) {
    if (vitals.Has(field)) {
      return true;
    }
  }
  return false;
}

// The number of a field that is there and within the limits of the schema.
std::optional<int64_t> InRange(const Node& node, int number) {
  const Entry* entry = node.Find(number);
  if (entry == nullptr || entry->number < entry->field->min || entry->number > entry->field->max) {
    return std::nullopt;
  }
  return entry->number;
}

void CheckPressure(const Node& vitals, Findings& findings) {
  const auto systolic = InRange(vitals, VitalsReading::kSystolicMmhgFieldNumber);
  const auto diastolic = InRange(vitals, VitalsReading::kDiastolicMmhgFieldNumber);
  if (systolic && diastolic && *diastolic > *systolic) {
    findings.Error("invariant", vitals.Path("diastolicMmhg"), "is above the systolic pressure");
  }
}

void CheckVitals(const Node& vitals, Findings& findings) {
  const bool has_oxygen = vitals.Has(VitalsReading::kOxygenFlowFieldNumber) ||
                          vitals.Has(VitalsReading::kInhaledOxygenPercentFieldNumber);
  if (!HoldsValue(vitals) && !has_oxygen && !vitals.Has(VitalsReading::kSedationScaleFieldNumber)) {
    findings.Error("required", vitals.Path(), "holds no measured value");
  }
  if (has_oxygen && !vitals.Has(VitalsReading::kSpo2PercentFieldNumber)) {
    findings.Error("required", vitals.Path("spo2Percent"), "is missing beside the oxygen given");
  }
  CheckPressure(vitals, findings);
  CheckTogether(vitals, VitalsReading::kSedationScaleFieldNumber,
                VitalsReading::kSedationScoreFieldNumber, findings);
  const ScaleRange range = RangeOf(vitals.Number(VitalsReading::kSedationScaleFieldNumber));
  const int64_t score = vitals.Number(VitalsReading::kSedationScoreFieldNumber, range.low);
  if (score < range.low || score > range.high) {
    findings.Error("value", vitals.Path("sedationScore"), "is out of the range of its scale");
  }
}

constexpr Invariant kInvariants[] = {{"Screening", CheckScreening},
                                     {"Exclusion", CheckExclusion},
                                     {"Indication", CheckIndication},
                                     {"VitalsReading", CheckVitals}};

}  // namespace

std::span<const Invariant> ScreeningInvariants() { return kInvariants; }

}  // namespace kgw::record
