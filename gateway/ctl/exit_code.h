#ifndef GATEWAY_CTL_EXIT_CODE_H_
#define GATEWAY_CTL_EXIT_CODE_H_

#include <string_view>

#include "absl/status/status.h"

namespace kgw::ctl {

// What scripts rely on.
enum ExitCode : int {
  kOk = 0,
  kNo = 1,           // the answer is no: not found, rejected, disagrees
  kUsage = 2,        // the command line is wrong
  kUnreachable = 3,  // no answer; safe to retry
  kDenied = 4,
  kConflict = 5,
};

// Whether it is gRPC's own answer to a message over the receiver's limit, which it will be next
// time as well.
bool IsTooLarge(const absl::Status& status);

// What to do when there is no connection; empty when we do not know.
std::string_view RemedyOf(const absl::Status& status);

ExitCode ExitCodeOf(const absl::Status& status);

// From now on errors are JSON objects, one a line. Called once, before anything else.
void ComplainInJson();

// Prints the status, with field violations and what may be done about it, to stderr and answers its
// exit code. In JSON: {"error":{"code","text","remedy","fields":[{"field","text"}]}}.
ExitCode Complain(const absl::Status& status);
// The same for what went wrong here, before any gateway was asked: a file, an option, a key.
// Answers kUsage.
ExitCode ComplainOfUsage(const absl::Status& status);

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_EXIT_CODE_H_
