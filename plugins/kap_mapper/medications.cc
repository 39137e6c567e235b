#include "screening_parts.h"

namespace kgw::kap {
namespace {

void WriteMedicationName(Mapping& m, Node node) {
  Out& out = m.out();
  out.Begin("medicationCodeableConcept");
  if (const Node rxnorm = node["rxnorm"]) {
    out.BeginList("coding");
    m.BareCoding(RowOf(Code::kKetamine).system, rxnorm.text());
    out.EndList();
  }
  out.Text("text", node.text("text"));
  out.End();
}

void WriteRest(Mapping& m, Node screening, Node node) {
  Out& out = m.out();
  WriteMedicationName(m, node);
  m.Patient("subject");
  m.Encounter("context");
  m.PeriodOf("effectivePeriod", node["period"]);
  out.Text("dateAsserted", screening.text("screenedTime"));
  if (const Node by = screening["screenedBy"]) m.Practitioner("informationSource", by.text());
  if (const Node dosage = node["dosage"]) {
    out.BeginList("dosage");
    out.Begin();
    out.Text("text", dosage.text());
    out.End();
    out.EndList();
  }
  m.Finish();
}

void WriteTrial(Mapping& m, Node screening, Node trial) {
  Out& out = m.Begin("MedicationStatement", {"trial", trial.text("id")}, "");
  out.Plain("status", "completed");
  if (const Node reason = trial["reasonStopped"]) {
    out.BeginList("statusReason");
    m.ConceptText("", reason.text());
    out.EndList();
  }
  WriteRest(m, screening, trial);
}

void WriteMedication(Mapping& m, Node screening, Node medication) {
  Out& out = m.Begin("MedicationStatement", {"medication", medication.text("id")}, "");
  const auto status = TextOf(medication.text("status"), "medication-statement-status");
  out.Plain("status", status.empty() ? "active" : status);
  if (const Node reason = medication["reason"]) {
    out.BeginList("reasonCode");
    m.ConceptText("", reason.text());
    out.EndList();
  }
  WriteRest(m, screening, medication);
}

}  // namespace

void MapMedications(Mapping& m, Node screening) {
  for (const Node trial : screening["antidepressantTrials"]) WriteTrial(m, screening, trial);
  for (const Node medication : screening["medications"]) {
    WriteMedication(m, screening, medication);
  }
}

}  // namespace kgw::kap
