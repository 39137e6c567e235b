#ifndef GATEWAY_STORE_SQLITE_CLAIMS_H_
#define GATEWAY_STORE_SQLITE_CLAIMS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/store/sqlite/batch.h"
#include "gateway/store/unit.h"

namespace kgw::store {

struct ClaimedRow {
  int64_t delivery = 0;
  int64_t token = 0;
};

// A change of the writer: takes up to `limit` due lane heads, of all tenants in turn, and before
// them what another owner's lease has run out on. `turn` counts a destination's claims: whose turn
// it is where there is one place.
absl::Status ClaimDue(Batch& batch, const ClaimRequest& request, uint64_t turn,
                      std::vector<ClaimedRow>* claimed);

// Claimed::next_due, within the caller's snapshot.
absl::StatusOr<absl::Time> ReadNextDue(Database& database, std::string_view destination,
                                       std::string_view owner);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_CLAIMS_H_
