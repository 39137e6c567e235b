#ifndef TESTS_GATEWAY_MAIN_GATEWAY_FIXTURE_H_
#define TESTS_GATEWAY_MAIN_GATEWAY_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gateway/base/strings.h"
#include "gateway/v1/admin.grpc.pb.h"
#include "gateway/v1/ingest.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "tests/gateway/intake/records.h"
#include "tests/support/folder/temporary_folder.h"
#include "tests/support/http/get.h"
#include "tests/support/program/process.h"

// The built program, from outside: what it prints, answers, logs and leaves behind.
namespace kgw::main {

namespace pb = ::gateway::v1;
using intake::PatientRecord;
using ::testing::HasSubstr;
using ::testing::Not;

inline constexpr char kDevelopment[] = "deploy/config/development.yaml";

inline std::string Between(const std::string& text, const std::string& from,
                           const std::string& to) {
  const size_t start = text.find(from);
  if (start == std::string::npos) return "";
  const size_t end = text.find(to, start + from.size());
  return text.substr(start + from.size(), end - start - from.size());
}

class GatewayTest : public ::testing::Test {
 protected:
  // Starts the program and waits until it serves.
  void Start(const std::string& config, std::vector<std::string> set = {}) {
    std::vector<std::string> arguments = {test::BinDir() + "/kap-gateway",
                                          "--config",
                                          config,
                                          "--set",
                                          "store.path=" + folder_.path() + "/gateway.db",
                                          "--set",
                                          "grpc.listen=127.0.0.1:0",
                                          "--set",
                                          "http.listen=127.0.0.1:0"};
    for (const std::string& each : set) {
      arguments.push_back("--set");
      arguments.push_back(each);
    }
    process_ = std::make_unique<test::Process>(arguments, folder_.path() + "/log");
    ready_ = process_->ReadLine();
    grpc_ = Between(ready_ + " ", "grpc=", " ");
    http_ = Between(ready_ + " ", "http=", " ");
    ASSERT_THAT(ready_, HasSubstr("READY grpc=127.0.0.1:")) << process_->Log();
    Connect(grpc::InsecureChannelCredentials());
  }

  void Connect(const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    auto channel = grpc::CreateCustomChannel(grpc_, credentials, arguments);
    ingest_ = pb::IngestService::NewStub(channel);
    admin_ = pb::AdminService::NewStub(channel);
  }

  void WaitForLog(const std::string& text) {
    for (int i = 0; i < 1000 && process_->Log().find(text) == std::string::npos; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_THAT(process_->Log(), HasSubstr(text));
  }

  grpc::Status Submit(const kap::v1::Record& record, pb::SubmitResponse* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    return ingest_->Submit(&context, record, response);
  }

  std::string End() {
    process_->Signal(SIGTERM);
    EXPECT_EQ(process_->Wait(), 0);
    return process_->Log();
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<test::Process> process_;
  std::string ready_;
  std::string grpc_;
  std::string http_;
  std::unique_ptr<pb::IngestService::Stub> ingest_;
  std::unique_ptr<pb::AdminService::Stub> admin_;
};

}  // namespace kgw::main

#endif  // TESTS_GATEWAY_MAIN_GATEWAY_FIXTURE_H_
