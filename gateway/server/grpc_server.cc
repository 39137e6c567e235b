#include "gateway/server/grpc_server.h"

#include <utility>

#include "gateway/base/strings.h"
#include "gateway/server/tls_credentials.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"

namespace kgw::server {
namespace {

// A record over our own cap must reach us, to get an answer that says so in our words.
constexpr size_t kTransportSlack = size_t{64} << 10;
constexpr int kMostMetadataBytes = 16 << 10;
constexpr int kMostCallsOfAConnection = 4096;

// A caller whose network went away must not keep its streams open for gRPC's usual two hours.
void WatchConnections(const GrpcOptions& options, grpc::ServerBuilder& builder) {
  const auto silence = static_cast<int>(absl::ToInt64Milliseconds(options.silence));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, silence);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, silence / 3);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // A caller that watches the connection from its side is no attack.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
}

class RunningServer final : public GrpcServer {
 public:
  RunningServer(std::unique_ptr<grpc::Service> ingest, std::unique_ptr<grpc::Service> admin)
      : ingest_(std::move(ingest)), admin_(std::move(admin)) {}
  ~RunningServer() override { Shutdown(absl::ZeroDuration()); }

  absl::Status Start(const GrpcOptions& options) {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ResourceQuota quota("kap-gateway");
    quota.Resize(options.memory_bytes);
    grpc::ServerBuilder builder;
    builder.SetResourceQuota(quota);
    builder.SetMaxReceiveMessageSize(static_cast<int>(options.max_message_bytes + kTransportSlack));
    // A few compressed bytes could become a thousand times as many before any limit sees them.
    builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
    builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
    // Two gateways on one port would share its calls in silence.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMostMetadataBytes);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMostCallsOfAConnection);
    WatchConnections(options, builder);
    int port = 0;
    if (!options.tls.certificate.empty()) tls_ = std::make_unique<TlsBoard>(options.tls);
    builder.AddListeningPort(options.listen,
                             tls_ != nullptr ? MutualTls(*tls_) : grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(ingest_.get());
    builder.RegisterService(admin_.get());
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port == 0) {
      server_ = nullptr;
      return absl::UnavailableError(
          StrCat("cannot listen on grpc.listen '", options.listen,
                 "': the address is not this machine's, the port is taken, or the files under "
                 "grpc.tls do not belong together"));
    }
    address_ = StrCat(options.listen.substr(0, options.listen.rfind(':')), ":", port);
    return absl::OkStatus();
  }

  const std::string& address() const override { return address_; }

  void ReplaceTls(access::TlsTexts texts) override {
    if (tls_ != nullptr) tls_->Publish(std::move(texts));
  }

  void SetServing(bool serving) override {
    if (server_ == nullptr) return;
    grpc::HealthCheckServiceInterface* health = server_->GetHealthCheckService();
    if (health == nullptr) return;
    health->SetServingStatus(serving);
    for (const char* name : {"gateway.v1.IngestService", "gateway.v1.AdminService"}) {
      health->SetServingStatus(name, serving);
    }
  }

  void Shutdown(absl::Duration timeout) override {
    if (server_ == nullptr) return;
    server_->Shutdown(absl::ToChronoTime(absl::Now() + timeout));
    server_->Wait();
    server_ = nullptr;
  }

 private:
  const std::unique_ptr<grpc::Service> ingest_;
  const std::unique_ptr<grpc::Service> admin_;
  std::unique_ptr<TlsBoard> tls_;  // before the server, which uses it
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(const GrpcOptions& options,
                                                              const IngestParts& ingest,
                                                              const AdminParts& admin) {
  auto server = std::make_unique<RunningServer>(MakeIngestService(ingest), MakeAdminService(admin));
  if (absl::Status status = server->Start(options); !status.ok()) return status;
  return std::unique_ptr<GrpcServer>(std::move(server));
}

}  // namespace kgw::server
