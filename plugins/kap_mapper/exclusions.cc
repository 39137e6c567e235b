#include <optional>
#include <string_view>

#include "flag.h"
#include "observation.h"
#include "questionnaire_response.h"
#include "screening_parts.h"

namespace kgw::kap {
namespace {

constexpr Role kForm{"exclusions", {}};

// What a rule finds becomes, besides the answer on the form.
enum class Becomes : uint8_t { kCondition, kAllergy, kObservation };

struct Rule {
  std::string_view name;
  Code code;
  std::optional<Code> signal;  // what a clinician should see at once; the others ask for a look
  Becomes becomes;
};

constexpr auto kHard = Code::kSafetyExclusion;  // it excludes
constexpr auto kLook = std::nullopt;

constexpr Rule kExclusionRules[] = {
    {"EXCLUSION_RULE_PSYCHOSIS", Code::kRulePsychosis, kHard, Becomes::kCondition},
    {"EXCLUSION_RULE_BIPOLAR", Code::kRuleBipolar, kLook, Becomes::kCondition},
    {"EXCLUSION_RULE_HTN_UNTREATED", Code::kRuleHtn, kHard, Becomes::kCondition},
    {"EXCLUSION_RULE_ANEURYSM", Code::kRuleAneurysm, kHard, Becomes::kCondition},
    {"EXCLUSION_RULE_AVM", Code::kRuleAvm, kHard, Becomes::kCondition},
    {"EXCLUSION_RULE_ICH", Code::kRuleIch, kHard, Becomes::kCondition},
    {"EXCLUSION_RULE_ICP", Code::kRuleIcp, kLook, Becomes::kCondition},
    {"EXCLUSION_RULE_HYPERSENS", Code::kRuleHypersens, kHard, Becomes::kAllergy},
    {"EXCLUSION_RULE_PREGNANCY", Code::kRulePregnancy, kHard, Becomes::kObservation},
    {"EXCLUSION_RULE_HEPATIC", Code::kRuleHepatic, kLook, Becomes::kCondition},
    {"EXCLUSION_RULE_CYSTITIS", Code::kRuleCystitis, kLook, Becomes::kCondition},
    {"EXCLUSION_RULE_GLAUCOMA", Code::kRuleGlaucoma, kLook, Becomes::kCondition},
    {"EXCLUSION_RULE_SUD", Code::kRuleSud, kLook, Becomes::kCondition},
    {"EXCLUSION_RULE_ACUTE_SUICIDE", Code::kRuleSuicide, Code::kSafetyAcuteSuicide,
     Becomes::kObservation},
    {"EXCLUSION_RULE_MED_INTERACT", Code::kRuleInteraction, kLook, Becomes::kObservation},
};

struct Work {
  Mapping& m;
  Node screening;
  Node exclusion;
  const Rule& rule;

  Role role() const { return {"exclusion", exclusion.text("id")}; }
  std::string_view by() const {
    const Node own = exclusion["recordedBy"];
    return own ? own.text() : screening.text("screenedBy");
  }
};

const Rule* Find(std::string_view name) {
  for (const Rule& rule : kExclusionRules) {
    if (rule.name == name) return &rule;
  }
  return nullptr;
}

Node AnswerTo(Node screening, const Rule& rule) {
  for (const Node exclusion : screening["exclusions"]) {
    if (exclusion.text("rule") == rule.name) return exclusion;
  }
  return Node();
}

// All rules stand on the form, those that were not asked as well: silence is no safety.
void WriteForm(Mapping& m, Node screening) {
  BeginResponse(m, kForm, "kap-exclusions");
  Out& out = m.out();
  out.Text("authored", screening.text("screenedTime"));
  if (const Node by = screening["screenedBy"]) m.Practitioner("author", by.text());
  out.BeginList("item");
  for (const Rule& rule : kExclusionRules) {
    const Node exclusion = AnswerTo(screening, rule);
    const CodeRow& row = RowOf(rule.code);
    out.Begin();
    out.Plain("linkId", row.code);
    out.Plain("text", row.display);
    out.BeginList("answer");
    if (exclusion) {
      out.Begin();
      m.CodingOf("valueCoding", exclusion.text("answer"));
      out.End();
    } else {
      WriteAbsentAnswer(m, Code::kAbsentNotAsked);
    }
    out.EndList();
    out.End();
  }
  out.EndList();
  m.Finish();
}

bool HasCodes(const Work& w) { return w.exclusion["icd10cm"] || w.exclusion["snomed"]; }

void WriteCodes(const Work& w) {
  if (!HasCodes(w)) return;
  Mapping& m = w.m;
  m.out().BeginList("coding");
  if (const Node icd = w.exclusion["icd10cm"]) {
    m.BareCoding("http://hl7.org/fhir/sid/icd-10-cm", icd.text());
  }
  if (const Node snomed = w.exclusion["snomed"]) {
    m.BareCoding("http://snomed.info/sct", snomed.text());
  }
  m.out().EndList();
}

// The sender's codes, and always words.
void WriteFinding(const Work& w, std::string_view key) {
  Out& out = w.m.out();
  const Node detail = w.exclusion["detail"];
  out.Begin(key);
  WriteCodes(w);
  out.Text("text", detail ? detail.text() : RowOf(w.rule.code).display);
  out.End();
}

// Where it stands only where the sender says so, and never how sure it is, which nobody told.
void WriteCondition(const Work& w) {
  Mapping& m = w.m;
  Out& out = m.Begin("Condition", w.role(), "condition-problems-health-concerns");
  m.ConceptOf("clinicalStatus", w.exclusion.text("clinicalStatus"));
  out.BeginList("category");
  m.Concept("", Code::kConditionProblem);
  out.EndList();
  WriteFinding(w, "code");
  m.Patient("subject");
  m.Encounter("encounter");
  out.TextIf("onsetDateTime", w.exclusion.text("onset"));
  out.Text("recordedDate", w.screening.text("screenedTime"));
  if (!w.by().empty()) m.Practitioner("asserter", w.by());
  m.Finish();
}

// ait-1 wants a clinical status; an allergy that is found present and not called over is active.
void WriteAllergy(const Work& w) {
  Mapping& m = w.m;
  Out& out = m.Begin("AllergyIntolerance", w.role(), "allergyintolerance");
  const std::string_view status =
      TextOf(w.exclusion.text("clinicalStatus"), "allergyintolerance-clinical");
  m.Concept("clinicalStatus", status == "inactive"   ? Code::kAllergyInactive
                              : status == "resolved" ? Code::kAllergyResolved
                                                     : Code::kAllergyActive);
  out.BeginList("category");
  out.Raw(R"("medication")");
  out.EndList();
  m.Concept("code", Code::kKetamine);
  m.Patient("patient");
  m.Encounter("encounter");
  out.TextIf("onsetDateTime", w.exclusion.text("onset"));
  out.Text("recordedDate", w.screening.text("screenedTime"));
  if (!w.by().empty()) m.Practitioner("asserter", w.by());
  m.Note(w.exclusion.text("detail"));
  m.Finish();
}

// The answer as an Observation: also a denied or unknown one, never a refuted Condition.
void WriteAnswer(const Work& w) {
  Mapping& m = w.m;
  m.Begin("Observation", w.role(), "observation-screening-assessment");
  m.Concept("code", w.rule.code);
  WriteObservationHead(m, Code::kCategorySurvey, w.screening.text("screenedTime"));
  WritePerformer(m, Node(), w.by());
  const std::string_view answer = w.exclusion.text("answer");
  if (answer == "EXCLUSION_ANSWER_DENIED") {
    m.Concept("valueCodeableConcept", Code::kAnswerNo, Code::kNo);
  } else {
    m.ConceptOf("valueCodeableConcept", answer);
  }
  m.Note(w.exclusion.text("detail"));
  m.out().BeginList("derivedFrom");
  m.Self("", "QuestionnaireResponse", kForm);
  m.out().EndList();
  m.Finish();
}

void WriteMitigation(const Work& w) {
  const Node mitigation = w.exclusion["mitigation"];
  if (!mitigation) return;
  Out& out = w.m.out();
  out.BeginList("mitigation");
  out.Begin();
  w.m.ConceptText("action", mitigation.text());
  if (const Node by = w.exclusion["mitigatedBy"]) w.m.Practitioner("author", by.text());
  out.End();
  out.EndList();
}

std::string_view TypeOf(Becomes becomes) {
  if (becomes == Becomes::kCondition) return "Condition";
  return becomes == Becomes::kAllergy ? "AllergyIntolerance" : "Observation";
}

bool IsPregnant(const Work& w) {
  return w.rule.code == Code::kRulePregnancy &&
         w.screening.text("pregnancyStatus") == "PREGNANCY_STATUS_PREGNANT";
}

// The sender's codes, where what the rule becomes has a code of its own.
void WriteEvidence(const Work& w) {
  if (w.rule.becomes == Becomes::kCondition || !HasCodes(w)) return;
  Out& out = w.m.out();
  out.BeginList("evidence");
  out.Begin();
  out.BeginList("code");
  out.Begin();
  WriteCodes(w);
  out.End();
  out.EndList();
  out.End();
  out.EndList();
}

void WriteIssue(const Work& w) {
  Mapping& m = w.m;
  Out& out = m.Begin("DetectedIssue", w.role(), "");
  out.Plain("status", "final");
  m.Concept("code", w.rule.code);
  out.Plain("severity", w.rule.signal ? "high" : "moderate");
  m.Patient("patient");
  out.Text("identifiedDateTime", w.screening.text("screenedTime"));
  if (!w.by().empty()) m.Practitioner("author", w.by());
  out.BeginList("implicated");
  m.Self("", TypeOf(w.rule.becomes), w.role());
  if (IsPregnant(w)) m.Self("", "Observation", {"pregnancy-status", {}});
  for (const Node medication : w.exclusion["medications"]) {
    m.Self("", "MedicationStatement", {"medication", medication.text()});
  }
  out.EndList();
  WriteEvidence(w);
  out.TextIf("detail", w.exclusion.text("detail"));
  WriteMitigation(w);
  m.Finish();
}

void MapPresent(const Work& w) {
  switch (w.rule.becomes) {
    case Becomes::kCondition:
      WriteCondition(w);
      break;
    case Becomes::kAllergy:
      WriteAllergy(w);
      break;
    case Becomes::kObservation:
      WriteAnswer(w);
      break;
  }
  WriteIssue(w);
  if (w.rule.code == Code::kRuleSuicide) {
    WriteFlag(w.m, w.role(), *w.rule.signal, w.screening.text("screenedTime"),
              {"DetectedIssue", w.role()});
  }
  if (w.rule.signal) w.m.Signal(*w.rule.signal, "DetectedIssue", w.role());
}

void CheckPregnancy(const Work& w) {
  if (w.rule.code == Code::kRulePregnancy && CodesOf(w.screening.text("pregnancyStatus")).empty()) {
    w.m.Warn("incomplete", "screening.pregnancyStatus",
             "The exclusion of pregnancy is present and the status is not told: there is no "
             "Observation of LOINC 82810-3.");
  }
}

}  // namespace

void MapExclusions(Mapping& m, Node screening) {
  const Node exclusions = screening["exclusions"];
  if (exclusions.empty()) return;
  WriteForm(m, screening);
  uint32_t seen = 0;
  size_t index = 0;
  for (const Node exclusion : exclusions) {
    const size_t at = index++;
    const Rule* rule = Find(exclusion.text("rule"));
    if (rule == nullptr) {
      m.Park("not-supported", m.Path("exclusions", at, "rule"),
             "The mapper does not know this rule.");
      continue;
    }
    seen |= 1u << (rule - kExclusionRules);
    const Work w{m, screening, exclusion, *rule};
    if (exclusion.text("answer") == "EXCLUSION_ANSWER_PRESENT") {
      CheckPregnancy(w);
      MapPresent(w);
    } else {
      WriteAnswer(w);
    }
  }
  if (seen != (1u << std::size(kExclusionRules)) - 1) {
    m.Inform("informational", "screening.exclusions",
             "Some exclusions were not asked for; the response says which.");
  }
}

}  // namespace kgw::kap
