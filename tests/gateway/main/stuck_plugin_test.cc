// The built program with a plug-in that does not let go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "gateway/base/strings.h"
#include "gateway/v1/ingest.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "tests/gateway/plugin/staged_plugins.h"
#include "tests/gateway/server/records.h"
#include "tests/support/program/process.h"

namespace kgw::main {
namespace {

using ::testing::HasSubstr;

// A gateway with a plug-in whose calls never end.
class StuckPlugin : public ::testing::Test {
 protected:
  void Start(const std::string& plugin, const std::string& use) {
    staged_.Add(plugin);
    const std::string built =
        std::filesystem::absolute(test::BinDir()).parent_path().string() + "/plugins";
    const std::string config = folder_.Write(
        "gateway.yaml",
        StrCat("development: true\ngrpc:\n  listen: 127.0.0.1:0\nhttp:\n  listen: 127.0.0.1:0\n",
               "store:\n  path: ", folder_.path(), "/gateway.db\n", "plugins:\n  paths: [\"", built,
               "\", \"", staged_.path(), "\"]\n", "limits:\n  drain_timeout: 1s\n", use));
    process_ = std::make_unique<test::Process>(
        std::vector<std::string>{test::BinDir() + "/kap-gateway", "--config", config},
        folder_.path() + "/log");
    const std::string ready = process_->ReadLine();
    ASSERT_THAT(ready, HasSubstr("READY grpc=")) << process_->Log();
    const size_t start = ready.find("grpc=") + 5;
    ingest_ = gateway::v1::IngestService::NewStub(grpc::CreateChannel(
        ready.substr(start, ready.find(' ', start) - start), grpc::InsecureChannelCredentials()));
  }

  grpc::Status Submit(gateway::v1::SubmitResponse* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    return ingest_->Submit(&context, server::PatientRecord("P-1", 1), response);
  }

  void EndsWithout() {
    process_->Signal(SIGTERM);
    EXPECT_EQ(process_->Wait(), 1);
    EXPECT_THAT(process_->Log(), HasSubstr("a plug-in's call did not end though it was cancelled"));
  }

  plugin::StagedPlugins staged_;
  test::TemporaryFolder folder_;
  std::unique_ptr<test::Process> process_;
  std::unique_ptr<gateway::v1::IngestService::Stub> ingest_;
};

constexpr char kDeliver[] =
    "destinations:\n  - name: hospital\n    plugin: stuck_connector\n"
    "    url: http://127.0.0.1:1/\n    purpose: TREAT\n    record_types: [Patient]\n";

TEST_F(StuckPlugin, ThatDeliversDoesNotKeepTheProgramFromEnding) {
  Start("stuck_connector", kDeliver);
  gateway::v1::SubmitResponse response;
  ASSERT_TRUE(Submit(&response).ok());
  // Until its delivery is under way.
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EndsWithout();
  EXPECT_THAT(process_->Log(), HasSubstr("a delivery was still running"));
  EXPECT_THAT(process_->Log(), HasSubstr("stuck_connector"));
  // What it had taken is there for the next.
  Start("stuck_connector", kDeliver);
  ASSERT_TRUE(Submit(&response).ok());
  EXPECT_TRUE(response.duplicate());
}

// gRPC itself waits for the call that the mapper holds.
TEST_F(StuckPlugin, ThatMapsDoesNotKeepTheProgramFromEnding) {
  Start("stuck_mapper", "mapper:\n  plugin: stuck_mapper\n");
  std::thread sender([this] {
    gateway::v1::SubmitResponse response;
    EXPECT_FALSE(Submit(&response).ok());
  });
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EndsWithout();
  sender.join();
}

}  // namespace
}  // namespace kgw::main
