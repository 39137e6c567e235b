#ifndef GATEWAY_STORE_NEW_VERSION_H_
#define GATEWAY_STORE_NEW_VERSION_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/ids.h"
#include "gateway/base/record_key.h"
#include "gateway/store/resource.h"
#include "gateway/store/states.h"

namespace kgw::store {

// A delivery to be made when the record commits.
struct NewDelivery {
  std::string destination;
  std::string lane;  // who must wait for whom within the destination, e.g. "Patient P-1"
  DeliveryState state = DeliveryState::kPending;  // or kWithheld, at once, with its reason
  std::string why;
};

// All that one record version brings; stored as one row with its neighbours.
//
// The newest version of a record is the highest that was not rejected. A version below it becomes
// kSuperseded: kept, but without deliveries and without a change to the billing feed. A new newest
// version that is kMapped cancels what is pending or held of older ones; one that is kParked
// cancels nothing, since nothing could take the place of it yet. A rejected record leaves its key
// free: whatever comes next under that key is judged as if it came first, and each rejection is a
// row of its own.
//
// The feed gets one row for each kMapped newest version that is billable (a charge, replacing the
// record's earlier one), and one for the first that is not after one that was (a void).
struct NewVersion {
  RecordKey key;
  std::string patient;
  RecordState state = RecordState::kMapped;  // kRejected, kParked or kMapped
  Sha256 content_hash{};
  std::string bytes;  // as received; empty for a rejected record, whose body is not kept
  std::vector<Resource> resources;
  std::string issues_json;             // array of OperationOutcome.issue
  std::string signals_json;            // array of {code, text, resource}
  std::vector<RecordName> references;  // prerequisites of its deliveries
  std::vector<NewDelivery> deliveries;
  bool billable = false;  // the store makes the feed row
  bool test_data = false;
  std::string mapper;       // identity of the plug-in that mapped it
  std::string config_hash;  // of the configuration it was mapped under
  absl::Time received_at;
  // Asked on the writer's thread when it is this record's turn, after all that was queued before it
  // has been answered; a failure is the answer, and nothing is kept. Empty: it is wanted.
  std::function<absl::Status()> still_wanted = {};
};

enum class PlacementVerdict : uint8_t {
  kStored,     // a new row in `state` (kSuperseded when a newer version is stored already)
  kDuplicate,  // same key, same content: nothing changed but a counter
  kConflict,   // same key, other content: nothing changed but a counter
};

struct Placement {
  PlacementVerdict verdict = PlacementVerdict::kStored;
  RecordState state = RecordState::kMapped;  // of the stored version
  std::string receipt;                       // the same for every submission of this content
  uint32_t resources = 0;
  uint32_t deliveries = 0;  // of this version
  std::string issues_json;  // as stored, so that a duplicate is told the same
  std::string signals_json;
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_NEW_VERSION_H_
