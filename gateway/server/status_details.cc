#include "gateway/server/status_details.h"

#include <string>

#include "gateway/base/violation.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace kgw::server {
namespace {

// Clients take 8 KiB of trailers by default, and details travel there in base64 beside the text.
constexpr size_t kMostDetailBytes = 4000;
constexpr size_t kMostTextBytes = 1000;
constexpr size_t kMostViolationBytes = 500;

void AddViolations(const absl::Status& status, google::rpc::Status& out) {
  google::rpc::BadRequest request;
  size_t bytes = 0;
  for (const FieldViolation& violation : FieldViolationsOf(status)) {
    const std::string field = violation.field.substr(0, kMostViolationBytes);
    const std::string description = violation.description.substr(0, kMostViolationBytes);
    bytes += field.size() + description.size() + 16;
    if (bytes > kMostDetailBytes) break;
    google::rpc::BadRequest::FieldViolation* added = request.add_field_violations();
    added->set_field(field);
    added->set_description(description);
  }
  if (request.field_violations_size() > 0) out.add_details()->PackFrom(request);
}

void AddRetryDelay(const absl::Status& status, google::rpc::Status& out) {
  const absl::Duration delay = RetryDelayOf(status);
  if (delay <= absl::ZeroDuration()) return;
  google::rpc::RetryInfo info;
  absl::Duration rest;
  info.mutable_retry_delay()->set_seconds(absl::IDivDuration(delay, absl::Seconds(1), &rest));
  info.mutable_retry_delay()->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  out.add_details()->PackFrom(info);
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status detailed;
  detailed.set_code(static_cast<int>(status.code()));
  detailed.set_message(std::string(status.message().substr(0, kMostTextBytes)));
  AddViolations(status, detailed);
  AddRetryDelay(status, detailed);
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), detailed.message(),
                      detailed.SerializeAsString());
}

}  // namespace kgw::server
