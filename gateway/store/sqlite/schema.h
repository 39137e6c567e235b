#ifndef GATEWAY_STORE_SQLITE_SCHEMA_H_
#define GATEWAY_STORE_SQLITE_SCHEMA_H_

#include "absl/status/status.h"
#include "gateway/store/sqlite/database.h"

// The tables, as numbered steps. A step that has been released is never changed: what is new goes
// into the next step.
//
// Every id is tenant << 40 | number, counted up within the tenant: rows of one tenant lie together,
// new rows are added at its end, and an index that begins with an id begins with the tenant.
namespace kgw::store {

// "KAPG": marks a SQLite file as one of ours.
inline constexpr int kApplicationId = 0x4b415047;
inline constexpr int kSchemaVersion = 3;
inline constexpr int kIdBits = 40;
inline constexpr int64_t kPageBytes = 4096;

// FAILED_PRECONDITION for a file that is newer or not ours. Changes nothing.
absl::Status CheckVersion(Database& database);

// Brings a file from whatever version it has to kSchemaVersion, all steps in one transaction.
absl::Status Migrate(Database& database);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_SCHEMA_H_
