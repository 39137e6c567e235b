#ifndef GATEWAY_STORE_SQLITE_ARRIVALS_H_
#define GATEWAY_STORE_SQLITE_ARRIVALS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "gateway/store/rules/arrival.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/store.h"

namespace kgw::store {

// How a record stands at a destination, within the caller's snapshot or batch.
absl::StatusOr<Arrival> ArrivalOf(Database& database, int64_t name, int64_t dest);

// Puts what a delivery waits for, how each of these stands now and what a person can do about it in
// place of the text that was kept when it was held. Changes nothing of one that waits for no
// record.
absl::Status ExplainWait(Database& database, int64_t delivery, DeliveryRow* row);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_ARRIVALS_H_
