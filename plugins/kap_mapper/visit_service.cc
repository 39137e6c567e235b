#include "visit_parts.h"

namespace kgw::kap {
namespace {

bool IsTherapist(Mapping& m, Node participant) {
  return participant.text("role") == "PARTICIPANT_ROLE_THERAPIST" &&
         m.CanBe(participant["who"], false) && !participant["who"]["patient"];
}

void WritePerformers(Mapping& m, Node visit) {
  Out& out = m.out();
  bool open = false;
  for (const Node participant : visit["participants"]) {
    if (!IsTherapist(m, participant)) continue;
    if (!open) out.BeginList("performer");
    open = true;
    out.Begin();
    m.Actor("actor", participant["who"], false);
    out.End();
  }
  if (open) out.EndList();
}

}  // namespace

void MapService(Mapping& m, Node visit) {
  if (visit.text("kind") != "VISIT_KIND_INTEGRATION" ||
      visit.text("status") != "VISIT_STATUS_FINISHED") {
    return;
  }
  Out& out = m.Begin("Procedure", {"psychotherapy", {}}, "procedure");
  out.Plain("status", "completed");
  m.Concept("code", Code::kPsychotherapy);
  m.Patient("subject");
  m.Self("encounter", "Encounter", {});
  m.PeriodOf("performedPeriod", visit["period"]);
  WritePerformers(m, visit);
  if (const Node location = visit["location"]) m.LocationOf("location", location);
  WriteVisitReasons(m, visit);
  m.Finish();
}

}  // namespace kgw::kap
