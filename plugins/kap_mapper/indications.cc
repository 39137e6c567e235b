#include <string_view>

#include "screening_parts.h"

namespace kgw::kap {
namespace {

// Depression with psychotic features is an exclusion (rule PSYCHOSIS), whatever it is called here.
bool IsPsychotic(std::string_view icd10cm) { return icd10cm == "F32.3" || icd10cm == "F33.3"; }

bool IsExcluded(Node screening, std::string_view rule) {
  for (const Node exclusion : screening["exclusions"]) {
    if (exclusion.text("rule") == rule && exclusion.text("answer") == "EXCLUSION_ANSWER_PRESENT") {
      return true;
    }
  }
  return false;
}

Code CodeOr(std::string_view enum_name, Code fallback) {
  const auto codes = CodesOf(enum_name);
  return codes.empty() ? fallback : codes.front();
}

// It is to be treated, so it is active where nothing else is said. con-4: what has ended is not.
Code ClinicalStatusOf(Node indication) {
  const Code status = CodeOr(indication.text("clinicalStatus"), Code::kClinicalActive);
  const bool ended = static_cast<bool>(indication["abatement"]);
  if (ended && (status == Code::kClinicalActive || status == Code::kClinicalRecurrence)) {
    return Code::kClinicalResolved;
  }
  return status;
}

void WriteCode(Mapping& m, Node indication) {
  Out& out = m.out();
  out.Begin("code");
  out.BeginList("coding");
  m.BareCoding("http://hl7.org/fhir/sid/icd-10-cm", indication.text("icd10cm"));
  if (const Node snomed = indication["snomed"]) {
    m.BareCoding("http://snomed.info/sct", snomed.text());
  }
  out.EndList();
  out.TextIf("text", indication.text("text"));
  out.End();
}

void WriteIndication(Mapping& m, Node screening, Node indication) {
  Out& out = m.Begin("Condition", {"indication", indication.text("id")},
                     "condition-problems-health-concerns");
  m.Concept("clinicalStatus", ClinicalStatusOf(indication));
  m.ConceptOf("verificationStatus", indication.text("verificationStatus"));
  out.BeginList("category");
  m.Concept("", Code::kConditionProblem);
  out.EndList();
  WriteCode(m, indication);
  m.Patient("subject");
  m.Encounter("encounter");
  out.TextIf("onsetDateTime", indication.text("onset"));
  out.TextIf("abatementDateTime", indication.text("abatement"));
  out.Text("recordedDate", screening.text("screenedTime"));
  const Node by = indication["recordedBy"] ? indication["recordedBy"] : screening["screenedBy"];
  if (by) m.Practitioner("asserter", by.text());
  m.Finish();
}

}  // namespace

void MapIndications(Mapping& m, Node screening) {
  size_t index = 0;
  for (const Node indication : screening["indications"]) {
    const size_t at = index++;
    const Code status = CodeOr(indication.text("clinicalStatus"), Code::kClinicalActive);
    if (indication["abatement"] && status != ClinicalStatusOf(indication)) {
      m.Warn("business-rule", m.Path("indications", at, "clinicalStatus"),
             "The diagnosis has an end and is called active; it is sent as resolved.");
    }
    if (IsPsychotic(indication.text("icd10cm")) &&
        !IsExcluded(screening, "EXCLUSION_RULE_PSYCHOSIS")) {
      m.Warn(
          "business-rule", m.Path("indications", at, "icd10cm"),
          "The diagnosis has psychotic features, and the exclusion of psychosis is not present.");
    }
    WriteIndication(m, screening, indication);
  }
}

}  // namespace kgw::kap
