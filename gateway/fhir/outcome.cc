#include "gateway/fhir/outcome.h"

#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "gateway/base/violation.h"

namespace kgw::fhir {
namespace {

bool IsOurOwnFailure(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown ||
         code == absl::StatusCode::kDataLoss;
}

}  // namespace

Outward OutwardOf(absl::StatusCode code) {
  const int grpc = static_cast<int>(code);
  switch (code) {
    case absl::StatusCode::kOk:
      return {grpc, 200, "informational"};
    case absl::StatusCode::kCancelled:
      return {grpc, 499, "incomplete"};
    case absl::StatusCode::kInvalidArgument:
      return {grpc, 400, "invalid"};
    case absl::StatusCode::kOutOfRange:
      return {grpc, 400, "value"};
    case absl::StatusCode::kUnauthenticated:
      return {grpc, 401, "login"};
    case absl::StatusCode::kPermissionDenied:
      return {grpc, 403, "forbidden"};
    case absl::StatusCode::kNotFound:
      return {grpc, 404, "not-found"};
    case absl::StatusCode::kAlreadyExists:
      return {grpc, 409, "duplicate"};
    case absl::StatusCode::kAborted:
      return {grpc, 409, "conflict"};
    case absl::StatusCode::kFailedPrecondition:
      return {grpc, 422, "business-rule"};
    case absl::StatusCode::kResourceExhausted:
      return {grpc, 429, "throttled"};
    case absl::StatusCode::kUnimplemented:
      return {grpc, 501, "not-supported"};
    case absl::StatusCode::kUnavailable:
      return {grpc, 503, "transient"};
    case absl::StatusCode::kDeadlineExceeded:
      return {grpc, 504, "timeout"};
    default:
      return {grpc, 500, "exception"};
  }
}

Issues IssuesOf(const absl::Status& status) {
  if (status.ok()) return {};
  const Severity severity = IsOurOwnFailure(status.code()) ? Severity::kFatal : Severity::kError;
  const char* code = OutwardOf(status.code()).issue_code;
  Issues issues;
  for (FieldViolation& violation : FieldViolationsOf(status)) {
    issues.push_back(
        {severity, code, std::move(violation.field), std::move(violation.description)});
  }
  if (issues.empty()) issues.push_back({severity, code, "", std::string(status.message())});
  return issues;
}

std::string OperationOutcomeJson(const Issues& issues) {
  static const Issues all_well = {
      {Severity::kInformation, "informational", "", "No issues were found."}};
  return StrCat(R"({"resourceType":"OperationOutcome","issue":)",
                IssuesToJson(issues.empty() ? all_well : issues), "}");
}

}  // namespace kgw::fhir
