#ifndef GATEWAY_CTL_EXIT_CODE_H_
#define GATEWAY_CTL_EXIT_CODE_H_

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

ExitCode ExitCodeOf(const absl::Status& status);

// Prints the status, with field violations, to stderr and answers its exit code.
ExitCode Complain(const absl::Status& status);

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_EXIT_CODE_H_
