#include "deliver.h"

#include "failure.h"
#include "journal.h"
#include "link.h"
#include "single.h"
#include "transaction.h"
#include "work.h"

namespace kgw::fhir_rest {
namespace {

void LearnPlaces(Work& work) {
  for (const auto& [ours, theirs] : work.unit.references) work.places[ours] = theirs;
  for (const Entry& entry : work.unit.entries) {
    if (!entry.remote.empty()) work.places[entry.ours] = entry.remote;
  }
}

bool NothingWasTaken(const Work& work) {
  bool anything = false;
  for (const Entry& entry : work.unit.entries) {
    const auto found = work.settled.find(entry.ours);
    if (found == work.settled.end() || found->second.state != "unsupported") return false;
    // What is to be removed and was never there asks nothing of the far side.
    anything |= !entry.remove || !found->second.remote.empty();
  }
  return anything;
}

void Run(Work& work) {
  LearnPlaces(work);
  LinkPeople(work);
  if (work.config().transactions && work.capability->transaction) WriteAsTransaction(work);
  // What a transaction does not do: removals, and everything where there is none.
  WriteSingly(work);
  if (NothingWasTaken(work)) {
    throw Failure(KGW_UNIMPLEMENTED, "unsupported",
                  "The far side takes none of the types of resource in this delivery.");
  }
}

// An intent that stays would have the next attempt look for what is not there, or wait for a person
// where that cannot be looked for.
void RunOrWithdraw(Work& work) {
  try {
    Run(work);
  } catch (const Failure&) {
    work.WithdrawIntents();
    throw;
  }
}

sdk::Status Tell(const Failure& failure, Journal& journal, const sdk::Call& call) {
  if (failure.retry_after_ms > 0) call.retry_after(0, failure.retry_after_ms);
  try {
    journal.Report(failure);
  } catch (const EmitFailed& failed) {
    return failed.code;
  }
  return failure.code;
}

}  // namespace

sdk::Status Deliver(const Config& config, const sdk::Http& http, CapabilityCache& cache,
                    const sdk::Item& item) {
  Journal journal(item);
  try {
    Remote remote(config, http, item.call());
    Unit unit = ReadUnit(item.body());
    Work work{remote, journal, cache, cache.Get(remote), std::move(unit), {}, {}, {}, {}, false};
    RunOrWithdraw(work);
    return KGW_OK;
  } catch (const EmitFailed& failed) {
    return failed.code;
  } catch (const Failure& failure) {
    return Tell(failure, journal, item.call());
  }
}

sdk::Status Probe(const Config& config, const sdk::Http& http, CapabilityCache& cache,
                  const sdk::Call& call) {
  try {
    Remote remote(config, http, call);
    const auto capability = cache.Fetch(remote);
    return call.emit(0, "application/vnd.kgw.probe+json", "",
                     ProbeReport(*capability, config.resource_types));
  } catch (const Failure& failure) {
    // The far side's own words about /metadata: no record is involved here.
    call.issue(0, KGW_ERROR, "transient", "", failure.text);
    return failure.code;
  }
}

}  // namespace kgw::fhir_rest
