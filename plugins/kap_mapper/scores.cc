#include "scores.h"

namespace kgw::kap {
namespace {

// Points of one answer; -1 without one. False when the answer cannot be.
bool ReadValue(const ItemRow& row, Node item, int* value) {
  *value = -1;
  if (item["missing"]) return true;
  const auto yes = item.boolean("yes");
  const auto score = item.number("score");
  if (row.kind == ItemKind::kYesNo) {
    if (yes) *value = *yes ? 1 : 0;
    return yes.has_value() || !score;
  }
  if (yes) return false;
  if (!score) return true;
  if (*score < 0 || *score > row.max) return false;
  *value = *score;
  return true;
}

int CountFromTwo(const Answers& answers, int first, int last) {
  int count = 0;
  for (int i = first; i <= last; ++i) count += answers.value(i) >= 2 ? 1 : 0;
  return count;
}

// A question of the C-SSRS screener that was to be asked and has no answer: the second one leads to
// the next three, the sixth to the last.
bool IsMissing(const Answers& answers, int number) {
  if (answers.answered(number)) return false;
  if (number == 7) return answers.value(6) != 0;
  return number < 3 || number > 5 || answers.value(2) != 0;
}

// The highest rule wins.
template <typename Yes>
std::string_view TierOf(Yes yes) {
  if (yes(4) || yes(5) || yes(7)) return "SUICIDE_RISK_HIGH";
  if (yes(3) || yes(6)) return "SUICIDE_RISK_MODERATE";
  return yes(1) || yes(2) ? "SUICIDE_RISK_LOW" : "";
}

}  // namespace

std::optional<int> Answers::Total() const {
  int total = 0;
  for (int i = 1; i <= definition->scored; ++i) {
    if (!answered(i)) return std::nullopt;
    total += value(i);
  }
  return total;
}

TotalRange Answers::Range() const {
  TotalRange range;
  for (int i = 1; i <= definition->scored; ++i) {
    range.least += answered(i) ? value(i) : 0;
    range.most += answered(i) ? value(i) : definition->items[static_cast<size_t>(i) - 1].max;
  }
  return range;
}

Answers ReadAnswers(Mapping& m, const Definition& definition, Node questionnaire, size_t index) {
  Answers answers;
  answers.definition = &definition;
  answers.values.fill(-1);
  size_t position = 0;
  for (const Node item : questionnaire["items"]) {
    const std::string at = "items[" + std::to_string(position++) + "]";
    const int number = item.number("number").value_or(0);
    if (number < 1 || number > static_cast<int>(definition.items.size())) {
      m.Park("value", m.Path("questionnaires", index, at), "The form has no item of this number.");
      continue;
    }
    const auto slot = static_cast<size_t>(number);
    if (answers.items[slot]) {
      m.Park("duplicate", m.Path("questionnaires", index, at), "The item is answered twice.");
      continue;
    }
    answers.items[slot] = item;
    if (!ReadValue(definition.items[slot - 1], item, &answers.values[slot])) {
      m.Park("value", m.Path("questionnaires", index, at),
             "The item does not take this answer: wrong kind of answer or score out of range.");
    }
  }
  for (int i = definition.scored; i >= 1; --i) {
    if (!answers.answered(i)) {
      answers.missing = answers.items[static_cast<size_t>(i)].text("missing");
    }
  }
  return answers;
}

SuicideRisk RiskOf(const Answers& answers) {
  SuicideRisk risk;
  risk.tier = TierOf([&](int number) { return answers.yes(number); });
  risk.most = TierOf([&](int number) { return answers.yes(number) || IsMissing(answers, number); });
  bool complete = true;
  for (int i = 1; i <= 7; ++i) complete = complete && !IsMissing(answers, i);
  if (complete && risk.tier.empty()) risk.tier = risk.most = "SUICIDE_RISK_NONE_IDENTIFIED";
  risk.decided = complete || risk.tier == "SUICIDE_RISK_HIGH";
  return risk;
}

std::optional<bool> MeetsPcl5Clusters(const Answers& answers) {
  if (!answers.Total()) return std::nullopt;
  return CountFromTwo(answers, 1, 5) >= 1 && CountFromTwo(answers, 6, 7) >= 1 &&
         CountFromTwo(answers, 8, 14) >= 2 && CountFromTwo(answers, 15, 20) >= 2;
}

}  // namespace kgw::kap
