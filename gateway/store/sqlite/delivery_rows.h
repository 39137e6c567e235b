#ifndef GATEWAY_STORE_SQLITE_DELIVERY_ROWS_H_
#define GATEWAY_STORE_SQLITE_DELIVERY_ROWS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gateway/store/sqlite/writes.h"
#include "gateway/store/store.h"

// The rows of deliveries and what follows from each change: counters, lane heads, waiting rows, and
// what lies at the far side. All on the writer's thread.
namespace kgw::store {

// Where a record version lies.
struct RecordSpot {
  int64_t tenant = 0;
  int64_t name = 0;
  int64_t record = 0;
  int64_t version = 0;
};

// A delivery with what its changes need.
struct DeliverySpot {
  int64_t id = 0;
  int64_t tenant = 0;
  int64_t name = 0;
  int64_t record = 0;
  int64_t version = 0;
  int64_t dest = 0;
  std::string lane;
  DeliveryState state = DeliveryState::kPending;
  bool head = false;
  std::string entries;  // packed
};

// What a change writes beside the state.
struct DeliveryChange {
  DeliveryState state = DeliveryState::kPending;
  int64_t due = 0;
  DeliveryError error;
};

absl::Status AddDelivery(Writes& writes, const RecordSpot& record, const NewDelivery& delivery);
// NOT_FOUND when there is none.
absl::StatusOr<DeliverySpot> FindDelivery(Writes& writes, const DeliveryKey& key);
// Of a row that is known to be there.
absl::StatusOr<DeliverySpot> SpotById(Writes& writes, int64_t delivery);
// Moves a delivery to another state and keeps the lane, the counters and the waiting rows right.
absl::Status ChangeDelivery(Writes& writes, const DeliverySpot& spot, const DeliveryChange& change);
// A head that waits for what stands behind it in its own lane would wait for ever: what it waits
// for becomes the head. LetAwaitedPass: once a delivery of `name` is there, or is held no more;
// StepAside: once the head `delivery` is held.
absl::Status LetAwaitedPass(Writes& writes, int64_t name);
absl::Status StepAside(Writes& writes, int64_t delivery);
// Makes a pending delivery the head of its lane where the head waits, as one of `members`, for it.
absl::Status StepInFront(Writes& writes, const DeliverySpot& spot,
                         const std::vector<int64_t>& members);
// Cancels what is pending or held of one version, since a newer one takes its place.
absl::Status CancelReplaced(Writes& writes, int64_t name, int64_t version);
// Whether a newer version has made deliveries.
absl::StatusOr<bool> IsReplaced(Writes& writes, const DeliverySpot& spot);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_DELIVERY_ROWS_H_
