#include "gateway/store/store.h"

namespace kgw::store {

const char* NameOf(RecordState state) {
  switch (state) {
    case RecordState::kRejected:
      return "rejected";
    case RecordState::kParked:
      return "parked";
    case RecordState::kMapped:
      return "mapped";
    case RecordState::kSuperseded:
      return "superseded";
    case RecordState::kRetracted:
      return "retracted";
  }
  return "unknown";
}

const char* NameOf(DeliveryState state) {
  switch (state) {
    case DeliveryState::kPending:
      return "pending";
    case DeliveryState::kInFlight:
      return "in_flight";
    case DeliveryState::kHeld:
      return "held";
    case DeliveryState::kDelivered:
      return "delivered";
    case DeliveryState::kDead:
      return "dead";
    case DeliveryState::kWithheld:
      return "withheld";
    case DeliveryState::kUnsupported:
      return "unsupported";
    case DeliveryState::kCancelled:
      return "cancelled";
  }
  return "unknown";
}

bool IsOpen(DeliveryState state) { return state < DeliveryState::kDelivered; }

}  // namespace kgw::store
