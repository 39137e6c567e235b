#include "observation.h"

namespace kgw::kap {

void WriteObservationHead(Mapping& m, Code category, std::string_view time) {
  Out& out = m.out();
  out.Plain("status", "final");
  out.BeginList("category");
  m.Concept("", category);
  out.EndList();
  m.Patient("subject");
  m.Encounter("encounter");
  out.Text("effectiveDateTime", time);
}

void WritePerformer(Mapping& m, Node actor, std::string_view practitioner) {
  Out& out = m.out();
  if (m.CanBe(actor, true)) {
    out.BeginList("performer");
    m.Actor("", actor, true);
    out.EndList();
  } else if (!practitioner.empty()) {
    out.BeginList("performer");
    m.Practitioner("", practitioner);
    out.EndList();
  }
}

void WriteScore(Mapping& m, int value) { m.Quantity("valueQuantity", value, "{score}", "{score}"); }

void WriteAbsent(Mapping& m, Code reason) { m.Concept("dataAbsentReason", reason); }

void WriteRuleExtension(Mapping& m, std::string_view rule, std::string_view version) {
  Out& out = m.out();
  out.Begin();
  out.Plain("url", "http://hl7.org/fhir/StructureDefinition/workflow-instantiatesCanonical");
  m.Canonical("valueCanonical", "PlanDefinition", rule, version);
  out.End();
}

}  // namespace kgw::kap
