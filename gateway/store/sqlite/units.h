#ifndef GATEWAY_STORE_SQLITE_UNITS_H_
#define GATEWAY_STORE_SQLITE_UNITS_H_

#include "absl/status/statusor.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/store.h"

namespace kgw::store {

// A claimed delivery with all that a connector needs, read within the caller's snapshot. DATA_LOSS
// when a body of it is damaged; `key` is set even then.
absl::Status ReadUnit(Database& database, int64_t delivery, Unit* unit);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_UNITS_H_
