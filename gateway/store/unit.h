#ifndef GATEWAY_STORE_UNIT_H_
#define GATEWAY_STORE_UNIT_H_

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/record_key.h"
#include "gateway/store/resource.h"
#include "gateway/store/states.h"

namespace kgw::store {

struct DeliveryKey {
  RecordKey record;
  std::string destination;
  friend auto operator<=>(const DeliveryKey&, const DeliveryKey&) = default;
};

// What the far side said about a failure, in its own words.
struct DeliveryError {
  ErrorClass error_class = ErrorClass::kNone;
  int http_status = 0;
  std::string request_id;
  std::string text;
  // Attempts that have failed since it was made or a person set it going again, this one included;
  // and how many of the last ones in a row with this class.
  int tries = 0;
  int in_a_row = 0;
};

// What became of one resource at the far side.
struct EntryResult {
  std::string resource;  // "Observation/<our id>"
  EntryState state = EntryState::kDelivered;
  std::string remote;  // "Observation/123"; empty while only intended
  std::string remote_version;
};

// Who works on a delivery. Whoever claims it next gets a higher token, and what carries an older
// one is refused from then on.
struct HeldClaim {
  std::string owner;
  absl::Time lease_until = absl::InfinitePast();  // nobody else claims it before
  int64_t token = 0;
};

// Asks for due deliveries of one destination.
struct ClaimRequest {
  std::string destination;
  std::string owner;  // the process that asks, e.g. "gateway-1"; not empty
  int limit = 1;      // none with 0: only next_due is asked
  absl::Time now;
  // Later than any time ever given to EndAttempt: what is due after it was written under another
  // clock, and is due too.
  absl::Time furthest = absl::InfiniteFuture();
  // From `now` on; longer than an attempt may take.
  absl::Duration lease = absl::Hours(1);
};

// A claimed delivery with all that a connector needs.
struct Unit {
  DeliveryKey key;
  HeldClaim claim;
  std::string lane;
  int attempt = 1;     // this one included; those that sent nothing are not counted
  DeliveryError last;  // what the attempt before met; empty when there was none
  std::vector<Resource> resources;
  std::vector<EntryResult> entries;  // journalled by earlier attempts; also what an earlier
                                     // version intended and never learned the end of
  // By our "Type/id": this record's resources placed there before, and all that it refers to.
  std::map<std::string, EntryResult> remotes;
  std::vector<Resource> withdrawn;  // placed there by earlier versions, or intended without a
                                    // known end, and gone in this one
  // Prerequisites not yet delivered or linked there that may still come: not those whose newest
  // delivery there is unsupported, withheld, or (but for a patient) cancelled by a person, and not
  // those that wait for this one in a circle of which it is the oldest: it goes before them.
  std::vector<RecordName> waits_for;
  bool test_data = false;
};

struct Claimed {
  std::vector<Unit> units;
  // When the destination's next lane head falls due, or a lease of another owner ends, after this
  // claim; perhaps not after `now`. InfiniteFuture when nothing waits.
  absl::Time next_due = absl::InfiniteFuture();
};

// How an attempt ended.
struct AttemptEnd {
  DeliveryState state = DeliveryState::kDelivered;  // or kPending (again later), kHeld, kDead, ...
  absl::Time next_due = absl::InfinitePast();       // for kPending
  DeliveryError error;
  bool sent = true;  // false: no connector was asked, so this was no attempt and is not counted
  // For kHeld: woken when one of these is delivered, or will never come.
  std::vector<RecordName> waits_for;
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_UNIT_H_
