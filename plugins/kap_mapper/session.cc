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

FirstDose FirstGiven(Node session) {
  FirstDose first;
  for (const Node dose : session["doses"]) {
    const std::string_view time = dose.text("inTime");
    if (!WasGiven(dose)) continue;
    if (first.id.empty() || SecondsOf(time) < SecondsOf(first.time)) {
      first = {dose.text("id"), time};
    }
  }
  return first;
}

}  // namespace

void MapSession(Mapping& m) {
  const Node session = m.content();
  m.SetVisit(session.text("dosingVisit"));
  const FirstDose first = FirstGiven(session);
  MapOrder(m, session);
  MapDispenses(m, session);
  MapDoses(m, session);
  MapVitals(m, session["vitals"], first, {});
  MapPressure(m, session, first);
  MapAdverseEvents(m, session);
  MapDischarge(m, session, first);
}

}  // namespace kgw::kap
