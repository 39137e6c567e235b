#ifndef GATEWAY_STORE_STATES_H_
#define GATEWAY_STORE_STATES_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

// The states and classes that the store keeps. Each has a name, which stands on the wire and for
// entries and classes on the disk too; the numbers of record and delivery states lie in files.
// Never change either.
namespace kgw::store {

enum class RecordState : uint8_t { kRejected, kParked, kMapped, kSuperseded };
inline constexpr std::array kRecordStates = {RecordState::kRejected, RecordState::kParked,
                                             RecordState::kMapped, RecordState::kSuperseded};

// The first three have not ended.
enum class DeliveryState : uint8_t {
  kPending,
  kInFlight,
  kHeld,
  kDelivered,
  kDead,
  kWithheld,
  kUnsupported,
  kCancelled,
};
inline constexpr std::array kDeliveryStates = {
    DeliveryState::kPending,     DeliveryState::kInFlight, DeliveryState::kHeld,
    DeliveryState::kDelivered,   DeliveryState::kDead,     DeliveryState::kWithheld,
    DeliveryState::kUnsupported, DeliveryState::kCancelled};

// What became of one resource at the far side.
enum class EntryState : uint8_t {
  kIntended,   // a request that makes it has left, or is about to
  kWithdrawn,  // it is certain that the intent made nothing; never kept
  kDelivered,
  kLinked,  // what lay there already is taken for it
  kUnsupported,
};
inline constexpr std::array kEntryStates = {EntryState::kIntended, EntryState::kWithdrawn,
                                            EntryState::kDelivered, EntryState::kLinked,
                                            EntryState::kUnsupported};

// Why a delivery did not end well, or is where it is.
enum class ErrorClass : uint8_t {
  kNone,  // its name is empty
  // What a connector may say of the far side.
  kRejected,
  kUnavailable,
  kConflict,
  kUnlinked,
  kAmbiguous,
  kDenied,
  kTooLarge,
  kProtocol,
  kTimeout,
  kUnsupported,
  // What we say ourselves.
  kPlugin,       // the plug-in failed
  kStore,        // a result could not be journalled
  kWaiting,      // for another record
  kWithheld,     // by a rule
  kReplaced,     // by a newer version
  kInterrupted,  // by the end of the gateway
  kDamaged,      // its stored body
  // By a person.
  kHeld,
  kCancelled,
  kRetried,
  kUnknown,  // a name on the disk that this gateway does not know
};
inline constexpr std::array kErrorClasses = {
    ErrorClass::kNone,     ErrorClass::kRejected,    ErrorClass::kUnavailable,
    ErrorClass::kConflict, ErrorClass::kUnlinked,    ErrorClass::kAmbiguous,
    ErrorClass::kDenied,   ErrorClass::kTooLarge,    ErrorClass::kProtocol,
    ErrorClass::kTimeout,  ErrorClass::kUnsupported, ErrorClass::kPlugin,
    ErrorClass::kStore,    ErrorClass::kWaiting,     ErrorClass::kWithheld,
    ErrorClass::kReplaced, ErrorClass::kInterrupted, ErrorClass::kDamaged,
    ErrorClass::kHeld,     ErrorClass::kCancelled,   ErrorClass::kRetried,
    ErrorClass::kUnknown};

const char* NameOf(RecordState state);    // "mapped"
const char* NameOf(DeliveryState state);  // "in_flight"
const char* NameOf(EntryState state);     // "linked"
const char* NameOf(ErrorClass kind);      // "too_large"

// nullopt for a name that is none.
std::optional<EntryState> EntryStateOf(std::string_view name);
std::optional<ErrorClass> ErrorClassOf(std::string_view name);

constexpr bool IsOpen(DeliveryState state) { return state < DeliveryState::kDelivered; }
// Whether a person must look at it: held, dead or unsupported.
constexpr bool NeedsAttention(DeliveryState state) {
  return state == DeliveryState::kHeld || state == DeliveryState::kDead ||
         state == DeliveryState::kUnsupported;
}
// Whether a connector may give this class to an error.
constexpr bool IsOfConnector(ErrorClass kind) {
  return kind >= ErrorClass::kRejected && kind <= ErrorClass::kUnsupported;
}
// Whether the far side has taken the resource.
constexpr bool IsTaken(EntryState state) {
  return state == EntryState::kDelivered || state == EntryState::kLinked;
}
// Whether it is the end of a resource's way: what a connector may say of one.
constexpr bool IsResult(EntryState state) {
  return IsTaken(state) || state == EntryState::kUnsupported;
}

}  // namespace kgw::store

#endif  // GATEWAY_STORE_STATES_H_
