#include "flag.h"

namespace kgw::kap {

void WriteFlag(Mapping& m, Role role, Code rule, std::string_view since, Written detail) {
  if (m.historical()) return;
  Out& out = m.Begin("Flag", role, "");
  out.BeginList("extension");
  out.Begin();
  out.Plain("url", "http://hl7.org/fhir/StructureDefinition/flag-detail");
  m.Self("valueReference", detail.type, detail.role);
  out.End();
  out.EndList();
  out.Plain("status", "active");
  out.BeginList("category");
  m.Concept("", Code::kFlagBehavioral);
  m.Concept("", Code::kFlagSafety);
  out.EndList();
  m.Concept("code", rule);
  m.Patient("subject");
  m.PeriodOf("period", since, {});
  m.Finish();
}

}  // namespace kgw::kap
