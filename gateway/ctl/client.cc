#include "gateway/ctl/client.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <chrono>
#include <utility>

#include "gateway/base/file.h"
#include "gateway/base/strings.h"
#include "gateway/base/violation.h"
#include "gateway/ctl/grpc_status.h"
#include "gateway/v1/admin.grpc.pb.h"
#include "gateway/v1/ingest.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace kgw::ctl {
namespace {

namespace v1 = gateway::v1;

constexpr size_t kLargestPem = size_t{1} << 20;
constexpr int kLargestAnswer = 256 << 20;

// The file's text. What ReadFile says of rights is for the gateway's operator.
absl::StatusOr<std::string> ReadPem(const std::string& path) {
  auto text = ReadFile(path, kLargestPem);
  if (!absl::IsPermissionDenied(text.status())) return text;
  return absl::PermissionDeniedError(
      StrCat(path, " may not be read: give your user the right to it"));
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(
    const Connection& connection) {
  if (connection.ca.empty() && connection.cert.empty() && connection.key.empty()) {
    return grpc::InsecureChannelCredentials();
  }
  if (connection.cert.empty() != connection.key.empty()) {
    return absl::InvalidArgumentError("--cert and --key go together");
  }
  grpc::SslCredentialsOptions options;
  const std::pair<const std::string*, std::string*> files[] = {
      {&connection.ca, &options.pem_root_certs},
      {&connection.cert, &options.pem_cert_chain},
      {&connection.key, &options.pem_private_key}};
  for (const auto& [path, contents] : files) {
    if (path->empty()) continue;
    auto text = ReadPem(*path);
    if (!text.ok()) return text.status();
    *contents = *std::move(text);
  }
  return grpc::SslCredentials(options);
}

// Calls one unary method of a stub.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> Unary(Stub& stub, int timeout_seconds,
                               grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                            Response*),
                               const Request& request) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(timeout_seconds));
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return FromGrpc(status);
  return response;
}

}  // namespace

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  google::rpc::Status details;
  google::rpc::BadRequest bad_request;
  google::rpc::RetryInfo retry;
  if (details.ParseFromString(status.error_details())) {
    for (const google::protobuf::Any& detail : details.details()) {
      if (detail.UnpackTo(&bad_request)) {
        std::vector<FieldViolation> violations;
        for (const auto& violation : bad_request.field_violations()) {
          violations.push_back({violation.field(), violation.description()});
        }
        return InvalidFields(violations);
      }
      if (detail.UnpackTo(&retry)) {
        return RetryLater(code, status.error_message(),
                          absl::Seconds(retry.retry_delay().seconds()) +
                              absl::Nanoseconds(retry.retry_delay().nanos()));
      }
    }
  }
  return absl::Status(code, status.error_message());
}

absl::StatusOr<Client> Client::Connect(const Connection& connection) {
  auto credentials = CredentialsOf(connection);
  if (!credentials.ok()) return credentials.status();
  grpc::ChannelArguments arguments;
  // A record as stored may be as large as limits.message_bytes allows, what it becomes larger.
  arguments.SetMaxReceiveMessageSize(kLargestAnswer);
  return Client(grpc::CreateCustomChannel(connection.server, *credentials, arguments),
                connection.timeout_seconds);
}

absl::StatusOr<v1::PreviewResponse> Client::Preview(const kap::v1::Record& request) {
  v1::IngestService::Stub stub(channel_);
  return Unary(stub, timeout_seconds_, &v1::IngestService::Stub::Preview, request);
}

absl::StatusOr<v1::GetRecordResponse> Client::GetRecord(const v1::GetRecordRequest& request) {
  v1::IngestService::Stub stub(channel_);
  return Unary(stub, timeout_seconds_, &v1::IngestService::Stub::GetRecord, request);
}

absl::StatusOr<v1::ListRecordsResponse> Client::ListRecords(const v1::ListRecordsRequest& request) {
  v1::AdminService::Stub stub(channel_);
  return Unary(stub, timeout_seconds_, &v1::AdminService::Stub::ListRecords, request);
}

absl::StatusOr<v1::ListResourcesResponse> Client::ListResources(const v1::RecordKey& key) {
  v1::AdminService::Stub stub(channel_);
  v1::ListResourcesRequest request;
  *request.mutable_key() = key;
  v1::ListResourcesResponse all;
  do {
    auto page = Unary(stub, timeout_seconds_, &v1::AdminService::Stub::ListResources, request);
    if (!page.ok()) return page.status();
    all.mutable_resources()->MergeFrom(page->resources());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return all;
}

absl::StatusOr<v1::ListDeliveriesResponse> Client::ListDeliveries(
    const v1::ListDeliveriesRequest& request) {
  v1::AdminService::Stub stub(channel_);
  return Unary(stub, timeout_seconds_, &v1::AdminService::Stub::ListDeliveries, request);
}

absl::StatusOr<v1::CheckLedgerResponse> Client::CheckLedger(const v1::CheckLedgerRequest& request) {
  v1::AdminService::Stub stub(channel_);
  return Unary(stub, timeout_seconds_, &v1::AdminService::Stub::CheckLedger, request);
}

absl::StatusOr<v1::ListPluginsResponse> Client::ListPlugins(const v1::ListPluginsRequest& request) {
  v1::AdminService::Stub stub(channel_);
  return Unary(stub, timeout_seconds_, &v1::AdminService::Stub::ListPlugins, request);
}

absl::StatusOr<v1::ListDestinationsResponse> Client::ListDestinations(
    const v1::ListDestinationsRequest& request) {
  v1::AdminService::Stub stub(channel_);
  return Unary(stub, timeout_seconds_, &v1::AdminService::Stub::ListDestinations, request);
}

absl::StatusOr<v1::TestDestinationResponse> Client::TestDestination(
    const v1::TestDestinationRequest& request) {
  v1::AdminService::Stub stub(channel_);
  return Unary(stub, timeout_seconds_, &v1::AdminService::Stub::TestDestination, request);
}

absl::StatusOr<v1::DeliveryResponse> Client::ActOnDelivery(DeliveryAction action,
                                                           const v1::DeliveryRequest& request) {
  v1::AdminService::Stub stub(channel_);
  switch (action) {
    case DeliveryAction::kRetry:
      return Unary(stub, timeout_seconds_, &v1::AdminService::Stub::RetryDelivery, request);
    case DeliveryAction::kCancel:
      return Unary(stub, timeout_seconds_, &v1::AdminService::Stub::CancelDelivery, request);
    case DeliveryAction::kHold:
      return Unary(stub, timeout_seconds_, &v1::AdminService::Stub::HoldDelivery, request);
  }
  return absl::InternalError("unknown action");
}

}  // namespace kgw::ctl
