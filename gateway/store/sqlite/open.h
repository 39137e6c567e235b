#ifndef GATEWAY_STORE_SQLITE_OPEN_H_
#define GATEWAY_STORE_SQLITE_OPEN_H_

#include <memory>

#include "absl/status/statusor.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/sqlite/options.h"

namespace kgw::store {

// The write connection of a file that has been checked, migrated, written to once, and freed of
// what the last process left in flight. The caller holds the lock.
absl::StatusOr<std::unique_ptr<Database>> OpenForWriting(const SqliteOptions& options);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_OPEN_H_
