#ifndef GATEWAY_STORE_RULES_CIRCLES_H_
#define GATEWAY_STORE_RULES_CIRCLES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"

// Records that refer to each other in a circle would wait for each other at a destination for ever.
// The oldest delivery of a circle therefore goes out without the others, and they follow it.
//
// A record is stuck at a destination when it has deliveries there that have not ended and all of
// them are held for records. A circle is closed when everything that can be reached from a delivery
// by what is waited for is stuck: only then does nothing else set it going. One record that is not
// here yet, or whose delivery is pending, under way or ended, keeps it from closing. All of it
// follows from the rows, so that nothing has to be remembered over a start. Circles of more than
// kMostInCircle deliveries are not looked for.
namespace kgw::store {

inline constexpr size_t kMostInCircle = 16;

// Who waits for whom at one destination. Records and deliveries are numbers; an older delivery has
// a lower one.
class WaitGraph {
 public:
  virtual ~WaitGraph() = default;
  // The records that a delivery waits for; 0 is one that is not here.
  virtual absl::StatusOr<std::vector<int64_t>> WaitsOf(int64_t delivery) = 0;
  // The deliveries of a record that are held for others; none when the record is not stuck.
  virtual absl::StatusOr<std::vector<int64_t>> StuckOf(int64_t record) = 0;
};

// A delivery that is held or about to be sent.
struct Waiter {
  int64_t delivery = 0;
  int64_t record = 0;
};

// Whether the delivery need not wait for the record `awaited`: that one waits for it, in a closed
// circle of which the delivery is the oldest.
absl::StatusOr<bool> MayGoBefore(WaitGraph& graph, const Waiter& waiter, int64_t awaited);

// A circle that is to be broken.
struct Circle {
  int64_t first = 0;             // the delivery that goes out
  std::vector<int64_t> members;  // all that wait in it, that one included; by age
};

// The closed circle that a delivery, held just now, waits in or for; nullopt when there is none.
absl::StatusOr<std::optional<Circle>> FindCircle(WaitGraph& graph, const Waiter& held);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_RULES_CIRCLES_H_
