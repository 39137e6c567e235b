#include "gateway/delivery/attempt.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "gateway/delivery/journal.h"
#include "gateway/delivery/unit_json.h"
#include "gateway/delivery/words.h"

namespace kgw::delivery {
namespace {

// What a delivery must wait for: of what is not there yet, that which will come.
std::vector<RecordName> Awaited(const store::Unit& unit, const DestinationRuntime& destination) {
  std::vector<RecordName> awaited = unit.waits_for;
  const std::vector<std::string>& taken = destination.record_types;
  if (taken.empty()) return awaited;
  std::erase_if(awaited, [&](const RecordName& name) {
    return std::find(taken.begin(), taken.end(), name.type) == taken.end();
  });
  return awaited;
}

}  // namespace

AttemptResult Attempt(const store::Unit& unit, const DestinationRuntime& destination,
                      const Egress& egress, store::Store& store, const Clock& clock,
                      Random& random) {
  AttemptResult result;
  store::AttemptEnd& end = result.verdict.end;
  if (EgressVerdict egress_verdict = egress.MayLeave(unit, destination); !egress_verdict.leaves) {
    end.state = store::DeliveryState::kWithheld;
    end.error = OwnError("withheld", egress_verdict.why);
    return result;
  }
  if (std::vector<RecordName> awaited = Awaited(unit, destination); !awaited.empty()) {
    end.state = store::DeliveryState::kHeld;
    end.error = OwnError("waiting", WaitsFor(awaited));
    end.waits_for = std::move(awaited);
    return result;
  }
  std::vector<std::string> open = OpenEntries(unit);
  // A crash between the last result and the end of the attempt leaves nothing to do but this.
  if (open.empty()) return result;

  Journal journal(store, unit.key, std::move(open));
  result.called = true;
  const plugin::CallResult call = destination.connector->Deliver(
      unit.key.record.name.tenant, UnitJson(unit), journal, destination.timeout);
  result.verdict = Judge(call, journal, unit.attempt, destination, clock.Now(), random);
  return result;
}

}  // namespace kgw::delivery
