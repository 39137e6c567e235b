#ifndef GATEWAY_STORE_SQLITE_SQLITE_STORE_H_
#define GATEWAY_STORE_SQLITE_SQLITE_STORE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "gateway/store/plugin_values.h"
#include "gateway/store/sqlite/options.h"
#include "gateway/store/store.h"

namespace kgw::store {

// A store in a SQLite file, which keeps plug-ins' values beside what the protocol speaks of.
class SqliteStore : public Store, public PluginValues {};

// Opens the store in a SQLite file, making the file or bringing an older one up to date. Refuses
// with a sentence that names the way on: NOT_FOUND (no such folder), PERMISSION_DENIED (may not be
// written), UNAVAILABLE (open in another process, disk failing), RESOURCE_EXHAUSTED (disk full),
// DATA_LOSS (damaged), FAILED_PRECONDITION (written by a newer gateway or another program).
absl::StatusOr<std::unique_ptr<SqliteStore>> OpenSqliteStore(const SqliteOptions& options);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_SQLITE_STORE_H_
