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

}  // namespace

std::optional<int> Answers::Total() const {
  int total = 0;
  for (int i = 1; i <= definition->scored; ++i) {
    if (!answered(i)) return std::nullopt;
    total += value(i);
  }
  return total;
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
    if (answers.values[slot] >= 0) answers.any = true;
  }
  for (int i = definition.scored; i >= 1; --i) {
    if (!answers.answered(i)) {
      answers.missing = answers.items[static_cast<size_t>(i)].text("missing");
    }
  }
  return answers;
}

SuicideRisk RiskOf(const Answers& answers) {
  if (answers.yes(4) || answers.yes(5) || answers.yes(7)) return {"SUICIDE_RISK_HIGH", true};
  bool decided = answers.answered(1) && answers.answered(2) && answers.answered(6);
  if (answers.yes(2)) {
    decided = decided && answers.answered(3) && answers.answered(4) && answers.answered(5);
  }
  if (answers.yes(6)) decided = decided && answers.answered(7);
  if (answers.yes(3) || answers.yes(6)) return {"SUICIDE_RISK_MODERATE", decided};
  if (answers.yes(1) || answers.yes(2)) return {"SUICIDE_RISK_LOW", decided};
  return {decided ? "SUICIDE_RISK_NONE_IDENTIFIED" : "", decided};
}

std::optional<bool> MeetsPcl5Clusters(const Answers& answers) {
  if (!answers.Total()) return std::nullopt;
  return CountFromTwo(answers, 1, 5) >= 1 && CountFromTwo(answers, 6, 7) >= 1 &&
         CountFromTwo(answers, 8, 14) >= 2 && CountFromTwo(answers, 15, 20) >= 2;
}

}  // namespace kgw::kap
