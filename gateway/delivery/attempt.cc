#include "gateway/delivery/attempt.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/delivery/journal.h"
#include "gateway/delivery/unit_json.h"
#include "gateway/delivery/words.h"
#include "gateway/privacy/release.h"

namespace kgw::delivery {
namespace {

// Empty when it may. The route as it is now decides: what was made under an older one may not go
// where this one ends.
std::string WhyNotToLeave(const store::Unit& unit, const privacy::Route& route) {
  privacy::Release release = privacy::DecideRelease(route, unit.key.record.name, unit.test_data);
  switch (release.verdict) {
    case privacy::ReleaseVerdict::kAllowed:
      return "";
    case privacy::ReleaseVerdict::kNotTaken:
      return absl::StrCat(release.why, " any more");
    case privacy::ReleaseVerdict::kWithheld:
      break;
  }
  return std::move(release.why);
}

// What a delivery must wait for: of what is not there yet, that which will come.
std::vector<RecordName> Awaited(const store::Unit& unit, const DestinationRuntime& destination) {
  std::vector<RecordName> awaited = unit.waits_for;
  std::erase_if(awaited, [&](const RecordName& name) { return !destination.route.Takes(name); });
  return awaited;
}

bool WasTaken(const store::Unit& unit) {
  return std::any_of(unit.entries.begin(), unit.entries.end(),
                     [](const auto& entry) { return store::IsTaken(entry.state); });
}

// The end of a delivery whose every entry has its result, in whichever attempt: what was taken at
// all is delivered, and what was not is unsupported, unless there was nothing but removals.
void EndSettled(const store::Unit& unit, bool taken, store::AttemptEnd* end) {
  if (taken) {
    end->state = store::DeliveryState::kDelivered;
    end->error = {};
  } else if (end->state == store::DeliveryState::kDelivered && !unit.resources.empty()) {
    end->state = store::DeliveryState::kUnsupported;
    end->error =
        OwnError(store::ErrorClass::kUnsupported, "nothing of this delivery was taken there");
  }
}

}  // namespace

AttemptResult Attempt(const store::Unit& unit, const DestinationRuntime& destination,
                      store::DeliveryQueue& queue, const Clock& clock, Random& random) {
  AttemptResult result;
  store::AttemptEnd& end = result.verdict.end;
  if (const std::string why = WhyNotToLeave(unit, destination.route); !why.empty()) {
    end.state = store::DeliveryState::kWithheld;
    end.error = OwnError(store::ErrorClass::kWithheld, why);
    return result;
  }
  if (std::vector<RecordName> awaited = Awaited(unit, destination); !awaited.empty()) {
    end.state = store::DeliveryState::kHeld;
    end.error = OwnError(store::ErrorClass::kWaiting, WaitsFor(awaited));
    end.error.tries = unit.last.tries;
    end.waits_for = std::move(awaited);
    return result;
  }
  const OpenWork open(unit);
  // A crash between the last result and the end of the attempt leaves nothing to do but this.
  if (open.entries().empty()) {
    EndSettled(unit, WasTaken(unit), &end);
    return result;
  }

  Journal journal(queue, unit.key, unit.claim.token, open.entries());
  result.called = true;
  const plugin::CallResult call = destination.connector->Deliver(
      unit.key.record.name.tenant, open.Json(), journal, destination.timeout);
  result.verdict = Judge(call, journal, unit.last, destination, clock.Now(), random);
  const bool settled = end.state == store::DeliveryState::kDelivered ||
                       end.state == store::DeliveryState::kUnsupported;
  if (settled && journal.Missing().empty()) {
    EndSettled(unit, journal.taken() || WasTaken(unit), &end);
  }
  return result;
}

}  // namespace kgw::delivery
