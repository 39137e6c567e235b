#ifndef GATEWAY_STORE_SQLITE_LEDGER_H_
#define GATEWAY_STORE_SQLITE_LEDGER_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/store.h"

namespace kgw::store {

// Recounts a tenant from its rows, in one snapshot, and compares with the running counters. Reads
// every row's head: seconds for millions of records.
absl::StatusOr<Ledger> Recount(Database& database, std::string_view tenant);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_LEDGER_H_
