#include "gateway/store/states.h"

namespace kgw::store {
namespace {

template <typename Values>
std::optional<typename Values::value_type> Named(const Values& values, std::string_view name) {
  for (const auto value : values) {
    if (name == NameOf(value)) return value;
  }
  return std::nullopt;
}

}  // namespace

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

const char* NameOf(EntryState state) {
  switch (state) {
    case EntryState::kIntended:
      return "intended";
    case EntryState::kWithdrawn:
      return "withdrawn";
    case EntryState::kDelivered:
      return "delivered";
    case EntryState::kLinked:
      return "linked";
    case EntryState::kUnsupported:
      break;
  }
  return "unsupported";
}

const char* NameOf(ErrorClass kind) {
  static constexpr std::array<const char*, kErrorClasses.size()> kNames = {
      "",       "rejected",  "unavailable", "conflict", "unlinked",    "ambiguous",
      "denied", "too_large", "protocol",    "timeout",  "unsupported", "plugin",
      "store",  "waiting",   "withheld",    "replaced", "interrupted", "damaged",
      "held",   "cancelled", "retried",     "unknown"};
  const auto number = static_cast<size_t>(kind);
  return number < kNames.size() ? kNames[number] : "unknown";
}

std::optional<EntryState> EntryStateOf(std::string_view name) { return Named(kEntryStates, name); }

std::optional<ErrorClass> ErrorClassOf(std::string_view name) { return Named(kErrorClasses, name); }

}  // namespace kgw::store
