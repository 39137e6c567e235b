#ifndef GATEWAY_BASE_VIOLATION_H_
#define GATEWAY_BASE_VIOLATION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

// What travels with a status to the caller, without this room knowing protobuf: the server turns it
// into google.rpc.BadRequest and RetryInfo.
namespace kgw {

struct FieldViolation {
  std::string field;        // a path such as "session.doses[2].amount_mg"
  std::string description;  // what was expected; never the value found
};

// An INVALID_ARGUMENT whose message lists the first violation and their count.
absl::Status InvalidFields(const std::vector<FieldViolation>& violations);
std::vector<FieldViolation> FieldViolationsOf(const absl::Status& status);

// A RESOURCE_EXHAUSTED or UNAVAILABLE that says when to come back.
absl::Status RetryLater(absl::StatusCode code, const std::string& message, absl::Duration delay);
// absl::ZeroDuration() when the status names none.
absl::Duration RetryDelayOf(const absl::Status& status);

}  // namespace kgw

#endif  // GATEWAY_BASE_VIOLATION_H_
