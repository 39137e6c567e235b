#include "session_parts.h"

namespace kgw::kap {
namespace {

Role ConditionRole(Node event) { return {"adverse-event", event.text("id")}; }

// What came of it is worth a Condition only where somebody treated it or it has an end.
bool HasCondition(Node event) { return !event["treatments"].empty() || event["resolvedTime"]; }

// The sender's closer code first, then ours; always with words.
void WriteEvent(Mapping& m, std::string_view key, Node event) {
  Out& out = m.out();
  const auto codes = CodesOf(event.text("kind"));
  const Node snomed = event["snomed"];
  out.Begin(key);
  out.BeginList("coding");
  if (snomed) m.BareCoding("http://snomed.info/sct", snomed.text());
  for (const Code code : codes) m.Coding(code);
  out.EndList();
  if (const Node text = event["text"]) {
    out.Text("text", text.text());
  } else if (!codes.empty()) {
    out.Text("text", RowOf(codes.front()).display);
  }
  out.End();
}

// con-4: what has an end is over. Nothing where the outcome does not tell.
void WriteClinicalStatus(Mapping& m, Node event) {
  const std::string_view outcome = event.text("outcome");
  if (event["resolvedTime"] || outcome == "ADVERSE_EVENT_OUTCOME_RESOLVED" ||
      outcome == "ADVERSE_EVENT_OUTCOME_RESOLVED_WITH_SEQUELAE") {
    m.Concept("clinicalStatus", Code::kClinicalResolved);
  } else if (outcome == "ADVERSE_EVENT_OUTCOME_ONGOING" ||
             outcome == "ADVERSE_EVENT_OUTCOME_RECOVERING") {
    m.Concept("clinicalStatus", Code::kClinicalActive);
  }
}

void WriteCondition(Mapping& m, Node event) {
  Out& out = m.Begin("Condition", ConditionRole(event), "condition-encounter-diagnosis");
  WriteClinicalStatus(m, event);
  out.BeginList("category");
  m.Concept("", Code::kConditionEncounter);
  out.EndList();
  WriteEvent(m, "code", event);
  m.Patient("subject");
  m.Encounter("encounter");
  out.Text("onsetDateTime", event.text("onsetTime"));
  out.TextIf("abatementDateTime", event.text("resolvedTime"));
  if (const Node by = event["recordedBy"]) m.Practitioner("recorder", by.text());
  m.Finish();
}

void WriteSuspect(Mapping& m, Node event) {
  const Node dose = event["suspectedDose"];
  if (!dose) return;
  Out& out = m.out();
  out.BeginList("suspectEntity");
  out.Begin();
  m.Self("instance", "MedicationAdministration", {{}, dose.text()});
  if (const Node causality = event["causality"]) {
    out.BeginList("causality");
    out.Begin();
    m.ConceptOf("assessment", causality.text());
    out.End();
    out.EndList();
  }
  out.End();
  out.EndList();
}

void WriteAdverseEvent(Mapping& m, Node event) {
  Out& out = m.Begin("AdverseEvent", {{}, event.text("id")}, "", Identify::kOne);
  out.Plain("actuality", "actual");
  WriteEvent(m, "event", event);
  m.Patient("subject");
  m.Encounter("encounter");
  out.Text("date", event.text("onsetTime"));
  out.TextIf("detected", event.text("detectedTime"));
  if (HasCondition(event)) {
    out.BeginList("resultingCondition");
    m.Self("", "Condition", ConditionRole(event));
    out.EndList();
  }
  if (const auto serious = event.boolean("serious")) {
    m.Concept("seriousness", *serious ? Code::kSerious : Code::kNonSerious);
  }
  m.ConceptOf("severity", event.text("severity"));
  m.ConceptOf("outcome", event.text("outcome"));
  if (const Node by = event["recordedBy"]) m.Practitioner("recorder", by.text());
  WriteSuspect(m, event);
  m.Finish();
}

void WritePerformer(Mapping& m, Node treatment, bool organization_allowed) {
  if (!m.CanBe(treatment["performedBy"], organization_allowed)) return;
  Out& out = m.out();
  out.BeginList("performer");
  out.Begin();
  m.Actor("actor", treatment["performedBy"], organization_allowed);
  out.End();
  out.EndList();
}

void WriteReason(Mapping& m, Node event) {
  m.out().BeginList("reasonReference");
  m.Self("", "Condition", ConditionRole(event));
  m.out().EndList();
}

void WriteMedicineGiven(Mapping& m, Node event, Node treatment) {
  Out& out = m.Begin("MedicationAdministration", {"treatment", treatment.text("id")}, "");
  out.Plain("status", "completed");
  out.Begin("medicationCodeableConcept");
  out.BeginList("coding");
  m.BareCoding(RowOf(Code::kKetamine).system, treatment.text("rxnorm"));
  out.EndList();
  out.Text("text", treatment.text("text"));
  out.End();
  m.Patient("subject");
  m.Encounter("context");
  out.Text("effectiveDateTime", treatment.text("time"));
  WritePerformer(m, treatment, false);
  WriteReason(m, event);
  m.Finish();
}

void WriteProcedure(Mapping& m, Node event, Node treatment) {
  Out& out = m.Begin("Procedure", {"treatment", treatment.text("id")}, "procedure");
  out.Plain("status", "completed");
  m.ConceptText("code", treatment.text("text"));
  m.Patient("subject");
  m.Encounter("encounter");
  out.Text("performedDateTime", treatment.text("time"));
  WritePerformer(m, treatment, true);
  WriteReason(m, event);
  m.Finish();
}

}  // namespace

void MapAdverseEvents(Mapping& m, Node session) {
  for (const Node event : session["adverseEvents"]) {
    const Role role{{}, event.text("id")};
    if (HasCondition(event)) WriteCondition(m, event);
    WriteAdverseEvent(m, event);
    for (const Node treatment : event["treatments"]) {
      treatment["rxnorm"] ? WriteMedicineGiven(m, event, treatment)
                          : WriteProcedure(m, event, treatment);
    }
    if (event.boolean("serious") == true ||
        event.text("outcome") == "ADVERSE_EVENT_OUTCOME_FATAL") {
      m.Signal(Code::kSafetyAeSerious, "AdverseEvent", role);
    }
    if (event.text("kind") == "ADVERSE_EVENT_KIND_SUICIDAL_IDEATION") {
      m.Signal(Code::kSafetyAeSuicidal, "AdverseEvent", role);
    }
  }
}

}  // namespace kgw::kap
