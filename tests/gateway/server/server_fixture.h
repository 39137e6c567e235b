#ifndef TESTS_GATEWAY_SERVER_SERVER_FIXTURE_H_
#define TESTS_GATEWAY_SERVER_SERVER_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/thread_pool.h"
#include "gateway/fhir/base_check.h"
#include "gateway/server/grpc_server.h"
#include "gateway/server/messages.h"
#include "gateway/server/workers.h"
#include "gateway/v1/admin.grpc.pb.h"
#include "gateway/v1/ingest.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/impl/client_unary_call.h"
#include "grpcpp/impl/rpc_method.h"
#include "tests/gateway/intake/fake_mapper.h"
#include "tests/gateway/intake/fake_store.h"
#include "tests/gateway/intake/records.h"
#include "tests/support/pipeline/one_mapper.h"

namespace kgw::server {

using intake::FakeMapper;
using intake::FakeStore;
using intake::PatientBytes;
using intake::PatientRecord;

class FakeOperations final : public Operations {
 public:
  std::vector<plugin::PluginInfo> Plugins() const override {
    plugin::PluginInfo good;
    good.name = "kap_mapper";
    good.state = plugin::PluginState::kLoaded;
    good.id = "org.example.mapper";
    good.version = "1.0.0";
    good.sha256 = "00";
    good.interfaces = {"kgw.mapper/1"};
    plugin::PluginInfo broken;
    broken.name = "broken";
    broken.reason = "abi.major: expected 1, found 9.";
    return {good, broken};
  }
  std::vector<delivery::DestinationStatus> Destinations() const override {
    delivery::DestinationStatus status;
    status.name = "ehr";
    status.state = "circuit_open";
    status.detail = "tries again in 3s";
    return {status};
  }
  delivery::ProbeReport Probe(std::string_view destination) override {
    if (destination != "ehr") return {absl::NotFoundError("there is no such destination")};
    return {.status = probe_status,
            .report_json = R"({"software":"x"})",
            .issues = {{2, "informational", "rest", "odd"}}};
  }

  absl::Status probe_status;
};

// A server on a free port of this machine, over a store and a mapper that tests can hold, and a
// client of it.
class ServerFixture : public ::testing::Test {
 protected:
  struct Setup {
    uint64_t admission_bytes = uint64_t{64} << 20;
    uint64_t caller_bytes = uint64_t{64} << 20;
    std::vector<access::Caller> callers = {};  // none: development
    GrpcOptions grpc = {};
    uint32_t streams_per_caller = 2;
    uint32_t stream_window = 8;
  };

  void Serve(Setup setup) {
    auto rules = std::make_shared<intake::Rules>();
    rules->access = std::make_shared<access::Access>(
        setup.callers.empty() ? access::Access::Development() : access::Access(setup.callers));
    const privacy::Route ehr = {.name = "ehr", .purpose = "TREAT"};
    rules->pipeline = std::make_shared<pipeline::Pipeline>(test::OneMapper(mapper_), validator_,
                                                           std::vector<privacy::Route>{ehr});
    rules->destinations = {{{.name = "ehr", .purpose = "TREAT", .production = true},
                            "fhir_rest",
                            "https://ehr.example.org/fhir"}};
    rules->streams_per_caller = setup.streams_per_caller;
    rules->stream_window = setup.stream_window;
    board_ = std::make_unique<intake::RulesBoard>(rules);
    budget_ = std::make_unique<intake::AdmissionBudget>(setup.admission_bytes, setup.caller_bytes);
    intake_ = std::make_unique<intake::Intake>(
        intake::Intake::Parts{executor_, RealClock(), *board_, store_, observer_},
        intake::Intake::Options{});
    auto server =
        GrpcServer::Start(setup.grpc, {*board_, *budget_, *intake_, streams_, store_, workers_},
                          {*board_, store_, operations_, workers_, probes_});
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    server_->SetServing(true);
    Connect(grpc::InsecureChannelCredentials());
  }

  void Connect(const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    arguments.SetMaxSendMessageSize(-1);
    // A channel of its own for each test, and none shared through the global pool.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    channel_ = grpc::CreateCustomChannel(server_->address(), credentials, arguments);
    ingest_ = pb::IngestService::NewStub(channel_);
    admin_ = pb::AdminService::NewStub(channel_);
  }

  ~ServerFixture() override {
    mapper_.Release();
    store_.Release();
    if (server_ != nullptr) server_->Shutdown(absl::Seconds(5));
    intake_.reset();
  }

  static void Give(grpc::ClientContext& context) {
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  }

  grpc::Status Submit(const kap::v1::Record& record, pb::SubmitResponse* response) {
    grpc::ClientContext context;
    Give(context);
    return ingest_->Submit(&context, record, response);
  }

  // Any bytes as the message of Submit, or of another call of IngestService.
  grpc::Status SubmitBytes(const std::string& bytes, const std::string& method = "Submit") {
    std::string response;
    return CallBytes("/gateway.v1.IngestService/" + method, bytes, &response);
  }

  grpc::Status CallBytes(const std::string& path, const std::string& bytes, std::string* out) {
    grpc::ClientContext context;
    Give(context);
    grpc::Slice slice(bytes);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    const grpc::internal::RpcMethod rpc(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC);
    const grpc::Status status =
        grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
            channel_.get(), rpc, &context, request, &response);
    std::vector<grpc::Slice> slices;
    if (status.ok() && response.Dump(&slices).ok()) {
      for (const grpc::Slice& each : slices) {
        out->append(reinterpret_cast<const char*>(each.begin()), each.size());
      }
    }
    return status;
  }

  template <typename Detail>
  static std::optional<Detail> DetailOf(const grpc::Status& status) {
    google::rpc::Status details;
    if (!details.ParseFromString(status.error_details())) return std::nullopt;
    for (const google::protobuf::Any& any : details.details()) {
      Detail detail;
      if (any.UnpackTo(&detail)) return detail;
    }
    return std::nullopt;
  }

  FakeMapper mapper_;
  const fhir::BaseR4Validator validator_;
  FakeStore store_;
  FakeOperations operations_;
  intake::Observer observer_;
  std::unique_ptr<intake::RulesBoard> board_;
  std::unique_ptr<intake::AdmissionBudget> budget_;
  ThreadPool executor_{2};
  std::unique_ptr<intake::Intake> intake_;
  intake::StreamRegistry streams_;
  Workers workers_{2, 64};
  Workers probes_{1, 8};
  std::unique_ptr<GrpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<pb::IngestService::Stub> ingest_;
  std::unique_ptr<pb::AdminService::Stub> admin_;
};

}  // namespace kgw::server

#endif  // TESTS_GATEWAY_SERVER_SERVER_FIXTURE_H_
