#ifndef PLUGINS_FHIR_REST_WORK_H_
#define PLUGINS_FHIR_REST_WORK_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "capability.h"
#include "journal.h"
#include "remote.h"
#include "unit.h"

namespace kgw::fhir_rest {

// One delivery under way. Lives for one call, on its thread.
struct Work {
  Remote& remote;
  Journal& journal;
  CapabilityCache& cache;
  std::shared_ptr<const Capability> capability;
  Unit unit;
  std::map<std::string, Settled> settled;     // by our reference
  std::map<std::string, std::string> places;  // our reference -> theirs, as far as known
  std::set<std::string> announced;            // intents journalled by this call
  std::set<std::string> perhaps_there;        // a request of this call may have made them
  bool settled_down = false;                  // it has waited for requests without an answer

  const Config& config() const { return remote.config(); }
  const TypeAbility& AbilityOf(const Entry& entry) const { return capability->Of(entry.type); }
  // Journals, in one emit, that these may be there from now on, before the request that makes them.
  // What the host knows already is left out.
  void Intend(const std::vector<const Entry*>& entries);
  // What came of a request that makes these, before anything else is made of its answer.
  void Heard(const std::vector<const Entry*>& entries, const Answer& answer);
  // Journals that nothing came of what this call announced, but for what may be there all the same.
  void WithdrawIntents();
  bool IsSettled(const Entry& entry) const { return settled.contains(entry.ours); }
  // Journals, then remembers.
  void Settle(const Entry& entry, Settled result) { SettleAll({{entry.ours, std::move(result)}}); }
  void SettleAll(const std::vector<std::pair<std::string, Settled>>& results);
  std::optional<std::string> WhereIs(const std::string& ours) const;
};

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_WORK_H_
