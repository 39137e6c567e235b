#ifndef GATEWAY_STORE_SQLITE_CLAIMS_H_
#define GATEWAY_STORE_SQLITE_CLAIMS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/store/sqlite/batch.h"

namespace kgw::store {

struct ClaimRules {
  int limit = 0;
  absl::Time now;
  absl::Time furthest;  // a due time after it was written under another clock
  uint64_t turn = 0;    // counts a destination's claims: whose turn it is where there is one place
};

// A change of the writer: takes up to `limit` due lane heads, of all tenants in turn; their ids.
absl::Status ClaimDue(Batch& batch, std::string_view destination, const ClaimRules& rules,
                      std::vector<int64_t>* claimed);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_CLAIMS_H_
