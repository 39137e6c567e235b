#include "gateway/ctl/exit_code.h"

#include "gateway/base/violation.h"
#include "gateway/ctl/say.h"

namespace kgw::ctl {

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kOk;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kAborted:
      return kUnreachable;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return kDenied;
    case absl::StatusCode::kAlreadyExists:
      return kConflict;
    default:
      return kNo;
  }
}

ExitCode Complain(const absl::Status& status) {
  if (status.ok()) return kOk;
  const std::string code = absl::StatusCodeToString(status.code());
  SayToErrors("kapctl: %s: %s\n", code.c_str(), std::string(status.message()).c_str());
  for (const FieldViolation& violation : FieldViolationsOf(status)) {
    SayToErrors("  %s: %s\n", violation.field.c_str(), violation.description.c_str());
  }
  return ExitCodeOf(status);
}

}  // namespace kgw::ctl
