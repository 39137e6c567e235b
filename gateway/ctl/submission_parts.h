#ifndef GATEWAY_CTL_SUBMISSION_PARTS_H_
#define GATEWAY_CTL_SUBMISSION_PARTS_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "gateway/ctl/submission.h"

// What both ways of sending share.
namespace kgw::ctl {

struct Pending {
  Submitted submitted;
  std::string wire;
};

// Whether an answer ends a record's fate; on any other the record must be sent again.
bool IsFinal(const absl::Status& status);

// The largest message the receiver takes, as gRPC names it in an answer that IsTooLarge; 0 when it
// does not.
size_t LargestMessage(const absl::Status& too_large);
// What stands in for that answer, which names no record: INVALID_ARGUMENT, so that the record is
// counted and the others go on. `largest` as above.
absl::Status TooLarge(size_t bytes, size_t largest);

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_SUBMISSION_PARTS_H_
