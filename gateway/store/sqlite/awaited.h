#ifndef GATEWAY_STORE_SQLITE_AWAITED_H_
#define GATEWAY_STORE_SQLITE_AWAITED_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/store.h"

// How a record that others refer to stands at a destination, by the newest delivery of it there.
// All of it follows from the rows, so that it is true whenever it is asked.
namespace kgw::store {

enum class Arrival : uint8_t {
  kThere,    // some version of it has been delivered or linked
  kMayCome,  // not yet; also when only a person can bring it about
  kNever,    // a rule or a person has decided that it does not go there
};

// The error class of a delivery that a person cancelled.
inline constexpr char kByHand[] = "cancelled";

// kNever after unsupported, withheld, or cancelled by a person. A patient who was cancelled may
// still come: nothing about a person goes out without saying whose it is because of that.
absl::StatusOr<Arrival> ArrivalOf(Database& database, int64_t name, int64_t dest);

// Puts what a delivery waits for, how each of these stands now and what a person can do about it in
// place of the text that was kept when it was held. Changes nothing of one that waits for no
// record.
absl::Status ExplainWait(Database& database, int64_t delivery, DeliveryRow* row);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_AWAITED_H_
