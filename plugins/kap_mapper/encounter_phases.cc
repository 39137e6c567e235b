#include "visit_parts.h"

namespace kgw::kap {
namespace {

void WritePart(Mapping& m, std::string_view url) {
  m.out().Begin();
  m.out().Plain("url", url);
}

void WritePhase(Mapping& m, Node phase) {
  Out& out = m.out();
  m.BeginExtension("kap-phase");
  out.BeginList("extension");
  WritePart(m, "code");
  m.ConceptOf("valueCodeableConcept", phase.text("code"));
  out.End();
  WritePart(m, "period");
  m.PeriodOf("valuePeriod", phase.text("start"), phase.text("end"));
  out.End();
  if (m.CanBe(phase["performer"], true)) {
    WritePart(m, "performer");
    m.Actor("valueReference", phase["performer"], true);
    out.End();
  }
  out.EndList();
  out.End();
}

void WriteOutcome(Mapping& m, std::string_view status, std::string_view reason) {
  if (CodesOf(status).empty() && reason.empty()) return;
  m.BeginExtension("kap-visit-outcome");
  m.ConceptOf("valueCodeableConcept", status, reason);
  m.out().End();
}

void WriteCoding(Mapping& m, std::string_view extension, Code code) {
  m.BeginExtension(extension);
  m.Coding("valueCoding", code);
  m.out().End();
}

}  // namespace

void WriteEncounterExtensions(Mapping& m, Node visit) {
  const std::string_view channel = visit.text("channel"), status = visit.text("status");
  const auto place = CodesOf(visit.text("patientPlace"));
  const bool any = !visit["phases"].empty() || !place.empty() || !CodesOf(status).empty() ||
                   visit["statusReason"] || channel != "VISIT_CHANNEL_IN_PERSON";
  if (!any) return;
  Out& out = m.out();
  out.BeginList("extension");
  for (const Node phase : visit["phases"]) WritePhase(m, phase);
  WriteOutcome(m, status, visit.text("statusReason"));
  if (channel == "VISIT_CHANNEL_VIDEO") WriteCoding(m, "kap-channel", Code::kChannelVideo);
  if (channel == "VISIT_CHANNEL_AUDIO") WriteCoding(m, "kap-channel", Code::kChannelAudio);
  if (!place.empty()) WriteCoding(m, "kap-patient-place", place.front());
  out.EndList();
}

}  // namespace kgw::kap
