#include "work.h"

namespace kgw::fhir_rest {

void Work::Intend(const std::vector<const Entry*>& entries) {
  std::vector<std::string> fresh;
  for (const Entry* entry : entries) {
    if (!entry->intended && !announced.contains(entry->ours)) fresh.push_back(entry->ours);
  }
  journal.Intend(fresh);
  announced.insert(fresh.begin(), fresh.end());
}

void Work::Heard(const std::vector<const Entry*>& entries, const Answer& answer) {
  if (answer.did_nothing()) return;
  for (const Entry* entry : entries) perhaps_there.insert(entry->ours);
}

void Work::WithdrawIntents() {
  std::vector<std::string> came_to_nothing;
  for (const std::string& ours : announced) {
    if (!perhaps_there.contains(ours) && !settled.contains(ours)) came_to_nothing.push_back(ours);
  }
  journal.Withdraw(came_to_nothing);
}

void Work::SettleAll(const std::vector<std::pair<std::string, Settled>>& results) {
  journal.Settle(results);
  for (const auto& [ours, result] : results) {
    settled[ours] = result;
    if (!result.remote.empty()) places[ours] = result.remote;
  }
}

std::optional<std::string> Work::WhereIs(const std::string& ours) const {
  const auto found = places.find(ours);
  if (found == places.end()) return std::nullopt;
  return found->second;
}

}  // namespace kgw::fhir_rest
