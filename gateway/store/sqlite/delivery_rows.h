#ifndef GATEWAY_STORE_SQLITE_DELIVERY_ROWS_H_
#define GATEWAY_STORE_SQLITE_DELIVERY_ROWS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gateway/store/rules/ends.h"
#include "gateway/store/sqlite/batch.h"
#include "gateway/store/store.h"

// The rows of deliveries and what follows from each change: counters, lane heads, waiting rows, and
// what lies at the far side. All on the writer's thread.
namespace kgw::store {

// Where a record version lies.
struct StoredVersion {
  int64_t tenant = 0;
  int64_t name = 0;
  int64_t record = 0;
  int64_t version = 0;
};

// A delivery with what its changes need.
struct StoredDelivery {
  int64_t id = 0;
  int64_t tenant = 0;
  int64_t name = 0;
  int64_t record = 0;
  int64_t version = 0;
  int64_t dest = 0;
  std::string lane;
  DeliveryState state = DeliveryState::kPending;
  bool head = false;
  int64_t token = 0;    // of its newest claim
  std::string entries;  // packed
};

absl::Status AddDelivery(Batch& batch, const StoredVersion& record, const NewDelivery& delivery);
// NOT_FOUND when there is none.
absl::StatusOr<StoredDelivery> FindDelivery(Batch& batch, const DeliveryKey& key);
// Of a row that is known to be there.
absl::StatusOr<StoredDelivery> DeliveryById(Batch& batch, int64_t delivery);
// Moves a delivery to another state and keeps the lane, the counters and the waiting rows right.
absl::Status ChangeDelivery(Batch& batch, const StoredDelivery& stored,
                            const DeliveryChange& change);
// A head that waits for what stands behind it in its own lane would wait for ever: what it waits
// for becomes the head. LetAwaitedPass: once a delivery of `name` is there, or is held no more;
// StepAside: once the head `delivery` is held.
absl::Status LetAwaitedPass(Batch& batch, int64_t name);
absl::Status StepAside(Batch& batch, int64_t delivery);
// Makes a pending delivery the head of its lane where the head waits, as one of `members`, for it.
absl::Status StepInFront(Batch& batch, const StoredDelivery& stored,
                         const std::vector<int64_t>& members);
// Cancels what is pending or held of one version, since a newer one takes its place.
absl::Status CancelReplaced(Batch& batch, int64_t name, int64_t version);
// Whether a newer version has made deliveries.
absl::StatusOr<bool> IsReplaced(Batch& batch, const StoredDelivery& stored);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_DELIVERY_ROWS_H_
