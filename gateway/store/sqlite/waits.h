#ifndef GATEWAY_STORE_SQLITE_WAITS_H_
#define GATEWAY_STORE_SQLITE_WAITS_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/store/sqlite/batch.h"
#include "gateway/store/sqlite/delivery_rows.h"
#include "gateway/store/store.h"

// Held deliveries and the records they wait for. On the writer's thread.
namespace kgw::store {

// Writes down what a delivery waits for. False, and nothing is written, when something of it is
// waited for no longer: it came, or will never come.
absl::StatusOr<bool> StartWaiting(Batch& batch, const StoredDelivery& stored,
                                  const std::vector<RecordName>& names);
// Lets go on what waits for a record at a destination, unless that may still come.
absl::Status WakeWaiting(Batch& batch, int64_t name, int64_t dest);
// When the delivery held just now closes a circle, the first of it becomes due.
absl::Status BreakCircle(Batch& batch, const StoredDelivery& held);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_WAITS_H_
