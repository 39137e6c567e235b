#include "change_rules.h"

namespace kgw::kap {
namespace {

bool FellByPercent(int baseline, int total, int percent) {
  return (baseline - total) * 100 >= percent * baseline;
}

bool Holds(const RuleRow& rule, int baseline, int total) {
  switch (rule.kind) {
    case RuleKind::kFallPercent:
      return FellByPercent(baseline, total, rule.value);
    case RuleKind::kFallPercentAndAtMost9:
      return FellByPercent(baseline, total, rule.value) && total <= 9;
    case RuleKind::kFallPoints:
      return baseline - total >= rule.value;
    case RuleKind::kBelow:
      return total < rule.value;
    case RuleKind::kAtMost:
      return total <= rule.value;
    case RuleKind::kAtLeast:
      return total >= rule.value;
  }
  return false;
}

bool NeedsBaselineAboveZero(RuleKind kind) {
  return kind == RuleKind::kFallPercent || kind == RuleKind::kFallPercentAndAtMost9;
}

}  // namespace

Verdict Judge(const RuleRow& rule, int baseline, std::optional<int> total) {
  if (!total || (baseline <= 0 && NeedsBaselineAboveZero(rule.kind))) {
    return Verdict::kNotAssessable;
  }
  return Holds(rule, baseline, *total) ? Verdict::kMet : Verdict::kNotMet;
}

std::optional<std::string> PercentChange(int baseline, int total) {
  if (baseline <= 0) return std::nullopt;
  const int thousandths = (baseline - total) * 1000;
  const int half = thousandths < 0 ? -baseline / 2 : baseline / 2;
  const int tenths = (thousandths + half) / baseline;
  const int magnitude = tenths < 0 ? -tenths : tenths;
  std::string text = (tenths < 0 ? "-" : "") + std::to_string(magnitude / 10);
  if (magnitude % 10 != 0) text += "." + std::to_string(magnitude % 10);
  return text;
}

bool IsCase(std::string_view rule_id, int total) {
  for (const RuleRow& rule : kRules) {
    if (rule.id == rule_id) return total >= rule.value;
  }
  return false;
}

}  // namespace kgw::kap
