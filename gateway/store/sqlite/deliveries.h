#ifndef GATEWAY_STORE_SQLITE_DELIVERIES_H_
#define GATEWAY_STORE_SQLITE_DELIVERIES_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gateway/store/sqlite/writes.h"
#include "gateway/store/store.h"

// What happens to deliveries, as jobs of the writer. Each answers a failure of the store only; what
// the caller is told otherwise (NOT_FOUND, FAILED_PRECONDITION) goes into `answer`, and then
// nothing was written.
namespace kgw::store {

// What was in flight when the last process ended is pending again.
absl::Status ReleaseInFlight(Writes& writes);

absl::Status WriteEntries(Writes& writes, const DeliveryKey& key,
                          const std::vector<EntryResult>& entries, absl::Status* answer);
absl::Status WriteError(Writes& writes, const DeliveryKey& key, const DeliveryError& error,
                        absl::Status* answer);
absl::Status WriteEnd(Writes& writes, const DeliveryKey& key, const AttemptEnd& end,
                      absl::Status* answer);
// The same for a delivery known by its row.
absl::Status WriteEndOf(Writes& writes, int64_t delivery, const AttemptEnd& end,
                        absl::Status* answer);

absl::Status WriteRetry(Writes& writes, const DeliveryKey& key, std::string_view why,
                        absl::Status* answer);
absl::Status WriteCancel(Writes& writes, const DeliveryKey& key, std::string_view why,
                         absl::Status* answer);
absl::Status WriteHold(Writes& writes, const DeliveryKey& key, std::string_view why,
                       absl::Status* answer);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_DELIVERIES_H_
