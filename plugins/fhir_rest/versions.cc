#include "versions.h"

#include <optional>
#include <string>
#include <utility>

#include "failure.h"
#include "single.h"

namespace kgw::fhir_rest {

void ReadMissingVersions(Work& work, const std::vector<const Entry*>& written) {
  std::vector<std::pair<std::string, Settled>> read;
  for (const Entry* entry : written) {
    Settled settled = work.settled.at(entry->ours);
    if (!settled.version.empty() || !work.AbilityOf(*entry).versions) continue;
    try {
      const std::optional<Found> found = ReadAt(work, settled.remote);
      if (!found.has_value() || found->version.empty()) continue;
      settled.version = found->version;
      read.emplace_back(entry->ours, std::move(settled));
    } catch (const Failure& failure) {
      // The far side does not answer, or the attempt's time is over: neither will the other reads.
      if (sdk::Status(failure.code).again()) break;
    }
  }
  work.SettleAll(read);
}

}  // namespace kgw::fhir_rest
