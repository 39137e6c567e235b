#include <bitset>
#include <optional>

#include "gateway/base/strings.h"
#include "gateway/record/instruments.h"
#include "gateway/record/invariants.h"
#include "kap/v1/questionnaire.pb.h"

namespace kgw::record {
namespace {

using kap::v1::ItemAnswer;
using kap::v1::Questionnaire;

constexpr size_t kMaxItemNumber = 60;  // as in questionnaire.proto

void CheckAnswer(const Node& item, const InstrumentShape& shape, Findings& findings) {
  const bool scored = item.Has(ItemAnswer::kScoreFieldNumber);
  const bool yes_or_no = item.Has(ItemAnswer::kYesFieldNumber);
  if (yes_or_no && !shape.yes_or_no) {
    findings.Error("value", item.Path("yes"), "this questionnaire takes scores");
  } else if (scored && shape.yes_or_no) {
    findings.Error("value", item.Path("score"), "this questionnaire takes yes or no");
  } else if (scored && item.Number(ItemAnswer::kScoreFieldNumber) > shape.max_score) {
    findings.Error("value", item.Path("score"), StrCat("must be at most ", shape.max_score));
  }
}

void CheckItems(const Node& questionnaire, const InstrumentShape& shape, Findings& findings) {
  std::bitset<kMaxItemNumber + 1> seen;
  for (const Node& item : questionnaire.All(Questionnaire::kItemsFieldNumber)) {
    const int64_t number = item.Number(ItemAnswer::kNumberFieldNumber);
    if (number < 1 || number > static_cast<int64_t>(kMaxItemNumber)) {
      continue;  // said already
    }
    if (number > shape.items) {
      findings.Error("value", item.Path("number"),
                     StrCat("this questionnaire has ", shape.items, " items"));
    }
    if (seen.test(static_cast<size_t>(number))) {
      findings.Error("invariant", item.Path("number"), "the item is answered twice");
    }
    seen.set(static_cast<size_t>(number));
    CheckAnswer(item, shape, findings);
  }
}

void CheckClaims(const Node& questionnaire, const InstrumentShape& shape, Findings& findings) {
  if (shape.max_total == 0 && questionnaire.Has(Questionnaire::kClaimedTotalFieldNumber)) {
    findings.Error("value", questionnaire.Path("claimedTotal"), "this questionnaire has no total");
  } else if (questionnaire.Number(Questionnaire::kClaimedTotalFieldNumber) > shape.max_total) {
    findings.Error("value", questionnaire.Path("claimedTotal"),
                   StrCat("must be at most ", shape.max_total));
  }
  if (!shape.has_risk && questionnaire.Has(Questionnaire::kClaimedRiskFieldNumber)) {
    findings.Error("value", questionnaire.Path("claimedRisk"), "this questionnaire has no risk");
  }
}

void CheckQuestionnaire(const Node& questionnaire, Findings& findings) {
  const std::optional<InstrumentShape> shape =
      ShapeOf(questionnaire.Number(Questionnaire::kInstrumentFieldNumber));
  if (!shape) {
    return;  // said already
  }
  if (!questionnaire.Has(Questionnaire::kItemsFieldNumber) &&
      !questionnaire.Has(Questionnaire::kClaimedTotalFieldNumber) &&
      !questionnaire.Has(Questionnaire::kClaimedRiskFieldNumber)) {
    findings.Error("required", questionnaire.Path("items"), "needs answers, or what they came to");
  }
  CheckItems(questionnaire, *shape, findings);
  CheckClaims(questionnaire, *shape, findings);
}

constexpr Invariant kInvariants[] = {{"Questionnaire", CheckQuestionnaire}};

}  // namespace

std::span<const Invariant> QuestionnaireInvariants() { return kInvariants; }

}  // namespace kgw::record
