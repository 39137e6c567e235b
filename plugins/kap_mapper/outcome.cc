#include <string>
#include <vector>

#include "change_rules.h"
#include "observation.h"
#include "questionnaire.h"
#include "record_types.h"

namespace kgw::kap {
namespace {

constexpr std::string_view kScreening = "observation-screening-assessment";

// One questionnaire against an earlier one.
struct Pair {
  Result now;
  Node baseline;
  int before = 0;
};

void WriteSource(Mapping& m, const Pair& pair) {
  m.Self("", "Observation", {"score", pair.now.id});
  const bool screening = static_cast<bool>(pair.baseline["screening"]);
  const std::string_view record = pair.baseline.text(screening ? "screening" : "outcome");
  if (record.empty()) return;
  m.Other("", screening ? "Screening" : "Outcome", record, "Observation",
          {"score", pair.baseline.text("questionnaire")});
}

void WriteSources(Mapping& m, const Pair& pair) {
  m.out().BeginList("derivedFrom");
  WriteSource(m, pair);
  m.out().EndList();
}

void WriteHead(Mapping& m, std::string_view rule, std::string_view version, Code code,
               std::string_view text, std::string_view time) {
  Out& out = m.out();
  out.BeginList("extension");
  if (!rule.empty()) WriteRuleExtension(m, rule, version);
  WriteTimePoint(m, m.content());
  out.EndList();
  m.Concept("code", code, text);
  WriteObservationHead(m, Code::kCategorySurvey, time);
}

void WritePercentChange(Mapping& m, const Pair& pair) {
  m.Begin("Observation", {"pct-change", pair.now.id}, kScreening);
  std::string text(pair.now.definition->short_name);
  text += ": percent change since ";
  text += pair.baseline.text("time");
  WriteHead(m, {}, {}, Code::kObsChange, text, pair.now.time);
  const auto change = pair.now.total ? PercentChange(pair.before, *pair.now.total) : std::nullopt;
  if (change) {
    m.Quantity("valueQuantity", *change, "%", "%");
  } else {
    WriteAbsent(m, pair.now.total ? Code::kAbsentNotANumber : Code::kAbsentUnknown);
  }
  WriteSources(m, pair);
  m.Finish();
}

Code ResultOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kMet:
      return Code::kResultMet;
    case Verdict::kNotMet:
      return Code::kResultNotMet;
    case Verdict::kNotAssessable:
      break;
  }
  return Code::kResultNotAssessable;
}

void WriteRules(Mapping& m, const Pair& pair) {
  for (const RuleRow& rule : kRules) {
    if (rule.instrument != pair.now.definition->instrument) continue;
    m.Begin("Observation", {rule.id, pair.now.id}, kScreening);
    WriteHead(m, rule.id, rule.version, rule.observation, rule.text, pair.now.time);
    m.Concept("valueCodeableConcept", ResultOf(Judge(rule, pair.before, pair.now.total)));
    WriteSources(m, pair);
    m.Finish();
  }
}

// One with a total goes before one without.
const Pair* Find(const std::vector<Pair>& pairs, Instrument instrument) {
  const Pair* found = nullptr;
  for (const Pair& pair : pairs) {
    if (pair.now.definition->instrument != instrument) continue;
    if (found == nullptr || (pair.now.total && !found->now.total)) found = &pair;
  }
  return found;
}

// A case on either measure now is no recovery, whatever the other says; otherwise both must be
// known.
Verdict RecoveryOf(std::optional<int> phq9, std::optional<int> gad7) {
  if ((phq9 && IsCase("phq9-case-nhs", *phq9)) || (gad7 && IsCase("gad7-case-nhs", *gad7))) {
    return Verdict::kNotMet;
  }
  return phq9 && gad7 ? Verdict::kMet : Verdict::kNotAssessable;
}

// A case on either measure at the start and on none at the end.
void WriteRecovery(Mapping& m, const std::vector<Pair>& pairs) {
  const Pair* phq9 = Find(pairs, Instrument::kPhq9);
  const Pair* gad7 = Find(pairs, Instrument::kGad7);
  if (phq9 == nullptr || gad7 == nullptr) return;
  if (!IsCase("phq9-case-nhs", phq9->before) && !IsCase("gad7-case-nhs", gad7->before)) return;
  m.Begin("Observation", {"nhs-recovery", {}}, kScreening);
  WriteHead(m, "nhs-recovery", "1", Code::kObsRecovery,
            "Recovery: a case on PHQ-9 or GAD-7 at the start and on neither now", phq9->now.time);
  m.Concept("valueCodeableConcept", ResultOf(RecoveryOf(phq9->now.total, gad7->now.total)));
  m.out().BeginList("derivedFrom");
  WriteSource(m, *phq9);
  WriteSource(m, *gad7);
  m.out().EndList();
  m.Finish();
}

Node BaselineOf(Node content, const Definition& definition) {
  for (const Node baseline : content["baselines"]) {
    if (baseline.text("instrument") == definition.name) return baseline;
  }
  return Node();
}

void CheckBaselines(Mapping& m, const std::vector<Pair>& pairs) {
  size_t index = 0;
  for (const Node baseline : m.content()["baselines"]) {
    bool used = false;
    for (const Pair& pair : pairs) {
      used |= pair.now.definition->name == baseline.text("instrument");
    }
    if (!used) {
      m.Warn("informational", m.Path("baselines", index),
             "No questionnaire of this record is compared with this baseline.");
    }
    ++index;
  }
}

}  // namespace

void MapOutcome(Mapping& m) {
  const Node content = m.content();
  m.SetVisit(content.text("visit"));
  std::vector<Pair> pairs;
  size_t index = 0;
  for (const Node questionnaire : content["questionnaires"]) {
    const Result result = MapQuestionnaire(m, questionnaire, index++, {{}, content});
    if (result.definition == nullptr || result.definition->scored == 0) continue;
    if (const Node baseline = BaselineOf(content, *result.definition)) {
      pairs.push_back({result, baseline, baseline.number("total").value_or(0)});
    }
  }
  for (const Pair& pair : pairs) {
    WritePercentChange(m, pair);
    WriteRules(m, pair);
  }
  WriteRecovery(m, pairs);
  CheckBaselines(m, pairs);
}

}  // namespace kgw::kap
