#ifndef GATEWAY_STORE_SQLITE_DELIVERIES_H_
#define GATEWAY_STORE_SQLITE_DELIVERIES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gateway/store/rules/ends.h"
#include "gateway/store/sqlite/batch.h"
#include "gateway/store/store.h"

// What happens to deliveries, as changes that the writer applies. Each answers a failure of the
// store only; what the caller is told otherwise (NOT_FOUND, FAILED_PRECONDITION) goes into
// `answer`, and then nothing was written.
namespace kgw::store {

// What an owner left in flight, or all of them, is pending again and due.
absl::Status ReleaseInFlight(Batch& batch, const std::optional<std::string>& owner = std::nullopt);
// The same of one delivery that is in flight.
absl::Status Release(Batch& batch, int64_t delivery);

absl::Status WriteEntries(Batch& batch, const DeliveryKey& key, int64_t token,
                          const std::vector<EntryResult>& entries, absl::Status* answer);
absl::Status WriteError(Batch& batch, const DeliveryKey& key, int64_t token,
                        const DeliveryError& error, absl::Status* answer);
absl::Status WriteEnd(Batch& batch, const DeliveryKey& key, int64_t token, const AttemptEnd& end,
                      absl::Status* answer);
// The same for a delivery known by its row.
absl::Status WriteEndOf(Batch& batch, int64_t delivery, int64_t token, const AttemptEnd& end,
                        absl::Status* answer);

// A person's wish, with what they say of it.
absl::Status WriteByHand(Batch& batch, const DeliveryKey& key, Hand hand, std::string_view why,
                         absl::Status* answer);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_DELIVERIES_H_
