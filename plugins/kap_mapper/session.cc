#include "moment.h"
#include "record_types.h"
#include "session_parts.h"
#include "vitals.h"

namespace kgw::kap {
namespace {

bool WasGiven(Node dose) {
  const std::string_view status = dose.text("status");
  return status == "DOSE_STATUS_GIVEN" || status == "DOSE_STATUS_STOPPED";
}

// The order of a list says nothing: the earliest, and of two at once the one of the lower id.
bool IsEarlier(Node dose, FirstDose than) {
  const auto time = SecondsOf(dose.text("inTime")), other = SecondsOf(than.time);
  return time != other ? time < other : dose.text("id") < than.id;
}

template <typename Wanted>
FirstDose FirstOf(Node session, Wanted wanted) {
  FirstDose first;
  for (const Node dose : session["doses"]) {
    if (!wanted(dose)) continue;
    if (first.id.empty() || IsEarlier(dose, first)) first = {dose.text("id"), dose.text("inTime")};
  }
  return first;
}

}  // namespace

void MapSession(Mapping& m) {
  const Node session = m.content();
  m.SetVisit(session.text("dosingVisit"));
  const FirstDose first = FirstOf(session, WasGiven);
  const FirstDose any = FirstOf(session, [](Node) { return true; });
  MapOrder(m, session);
  MapDispenses(m, session);
  MapDoses(m, session, first.id.empty() ? any.id : first.id);
  MapVitals(m, session["vitals"], first, {});
  MapPressure(m, session, first);
  MapAdverseEvents(m, session);
  MapDischarge(m, session, first);
}

}  // namespace kgw::kap
