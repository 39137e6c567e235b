#ifndef GATEWAY_CTL_CLIENT_H_
#define GATEWAY_CTL_CLIENT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "gateway/v1/admin.pb.h"
#include "gateway/v1/ingest.pb.h"

namespace grpc {
class ChannelInterface;
}

namespace kgw::ctl {

// Which gateway, and who we are to it. Without files the connection is in plain text, which a
// gateway takes in development mode only.
struct Connection {
  std::string server = "127.0.0.1:8443";
  std::string ca;    // authority of the gateway's certificate, PEM file
  std::string cert;  // our own certificate, PEM file
  std::string key;
  int timeout_seconds = 60;  // of one call; of a stream, without an answer
};

// One gateway's services, one call at a time or several from several threads.
class Client {
 public:
  // Reads the files; whether the gateway is there shows at the first call. An error is about what
  // was given: a file that cannot be read, a certificate without its key.
  static absl::StatusOr<Client> Connect(const Connection& connection);

  absl::StatusOr<gateway::v1::PreviewResponse> Preview(const kap::v1::Record& request);
  absl::StatusOr<gateway::v1::GetRecordResponse> GetRecord(
      const gateway::v1::GetRecordRequest& request);
  absl::StatusOr<gateway::v1::ListRecordsResponse> ListRecords(
      const gateway::v1::ListRecordsRequest& request);
  // All of them, however many pages the gateway makes of them.
  absl::StatusOr<gateway::v1::ListResourcesResponse> ListResources(
      const gateway::v1::RecordKey& key);
  absl::StatusOr<gateway::v1::ListDeliveriesResponse> ListDeliveries(
      const gateway::v1::ListDeliveriesRequest& request);
  absl::StatusOr<gateway::v1::CheckLedgerResponse> CheckLedger(
      const gateway::v1::CheckLedgerRequest& request);
  absl::StatusOr<gateway::v1::ListPluginsResponse> ListPlugins(
      const gateway::v1::ListPluginsRequest& request);
  absl::StatusOr<gateway::v1::ListDestinationsResponse> ListDestinations(
      const gateway::v1::ListDestinationsRequest& request);
  absl::StatusOr<gateway::v1::TestDestinationResponse> TestDestination(
      const gateway::v1::TestDestinationRequest& request);
  enum class DeliveryAction { kRetry, kCancel, kHold };
  absl::StatusOr<gateway::v1::DeliveryResponse> ActOnDelivery(
      DeliveryAction action, const gateway::v1::DeliveryRequest& request);

  const std::shared_ptr<grpc::ChannelInterface>& channel() const { return channel_; }
  int timeout_seconds() const { return timeout_seconds_; }

 private:
  Client(std::shared_ptr<grpc::ChannelInterface> channel, int timeout_seconds)
      : channel_(std::move(channel)), timeout_seconds_(timeout_seconds) {}

  std::shared_ptr<grpc::ChannelInterface> channel_;
  int timeout_seconds_;
};

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_CLIENT_H_
