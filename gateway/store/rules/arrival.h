#ifndef GATEWAY_STORE_RULES_ARRIVAL_H_
#define GATEWAY_STORE_RULES_ARRIVAL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/store/store.h"

// How a record that others refer to stands at a destination, by the newest delivery of it there.
// All of it follows from the rows, so that it is true whenever it is asked.
namespace kgw::store {

enum class Arrival : uint8_t {
  kThere,    // some version of it has been delivered or linked
  kMayCome,  // not yet; also when only a person can bring it about
  kNever,    // a rule or a person has decided that it does not go there
};

// The newest delivery of a record at a destination.
struct NewestDelivery {
  DeliveryState state = DeliveryState::kPending;
  ErrorClass error_class = ErrorClass::kNone;
};

// What an arrival depends on; each is asked once at most, and only where it matters.
class ArrivalFacts {
 public:
  virtual ~ArrivalFacts() = default;
  virtual absl::StatusOr<bool> IsPlaced() = 0;
  virtual absl::StatusOr<std::optional<NewestDelivery>> Newest() = 0;  // nullopt: none was made
  virtual absl::StatusOr<std::string> Type() = 0;                      // of the record
};

// kNever after unsupported, withheld, or cancelled by a person. A patient who was cancelled may
// still come: nothing about a person goes out without saying whose it is because of that.
absl::StatusOr<Arrival> ArrivalOf(ArrivalFacts& facts);

// A record that a delivery waits for.
struct Awaited {
  std::string type;
  std::string id;
  std::string note;             // how it stands and what a person can do about it
  bool needs_somebody = false;  // it does not come by itself
};

// Of one with a delivery there.
Awaited NoteDelivery(std::string type, std::string id, const NewestDelivery& newest);
// Of one without: its highest version that was not rejected, and the highest that made deliveries;
// nullopt when none was received.
struct Received {
  int64_t newest = 0;
  int64_t mapped = 0;
};
Awaited NoteNoDelivery(std::string type, std::string id, const std::optional<Received>& received);

// One sentence about all of them. What somebody must see to comes first, so that it is among those
// named; the others are counted. Empty for none.
std::string WaitingText(std::vector<Awaited> all);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_RULES_ARRIVAL_H_
