#ifndef GATEWAY_FHIR_OUTCOME_H_
#define GATEWAY_FHIR_OUTCOME_H_

#include <string>

#include "absl/status/status.h"
#include "gateway/fhir/issue.h"

// The one place that turns an error into what the outside sees: an OperationOutcome, a gRPC code,
// an HTTP status.
namespace kgw::fhir {

// What an error is for each kind of caller.
struct Outward {
  int grpc_code;  // google.rpc.Code
  int http_status;
  const char* issue_code;  // R4's issue-type
};
Outward OutwardOf(absl::StatusCode code);

// One issue for each field violation of the status, else one for the status itself; none when OK.
// Failures of our own code are kFatal.
Issues IssuesOf(const absl::Status& status);

// A whole OperationOutcome resource. R4 wants at least one issue: an empty list becomes one that
// says all is well.
std::string OperationOutcomeJson(const Issues& issues);

}  // namespace kgw::fhir

#endif  // GATEWAY_FHIR_OUTCOME_H_
