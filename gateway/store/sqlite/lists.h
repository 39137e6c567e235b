#ifndef GATEWAY_STORE_SQLITE_LISTS_H_
#define GATEWAY_STORE_SQLITE_LISTS_H_

#include "absl/status/statusor.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/store.h"

// Pages of rows, newest first, within the caller's snapshot. A page looks at a bounded number of
// rows; a filter that no index serves may therefore leave it short.
namespace kgw::store {

absl::StatusOr<Page<RecordRow>> ReadRecordPage(Database& database, const RecordQuery& query);
absl::StatusOr<Page<DeliveryRow>> ReadDeliveryPage(Database& database, const DeliveryQuery& query);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_LISTS_H_
