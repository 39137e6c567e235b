#include "gateway/ctl/submission.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <atomic>

#include "gateway/v1/ingest.grpc.pb.h"

namespace kgw::ctl {
namespace {

namespace v1 = gateway::v1;

// Has no room for the first `refusals` calls.
class FullGateway final : public v1::IngestService::Service {
 public:
  explicit FullGateway(int refusals) : refusals_(refusals) {}

  grpc::Status Submit(grpc::ServerContext*, const kap::v1::Record*, v1::SubmitResponse*) override {
    return Refuses() ? Full() : grpc::Status::OK;
  }

  grpc::Status SubmitStream(grpc::ServerContext*,
                            grpc::ServerReaderWriter<v1::SubmitStreamResponse,
                                                     v1::SubmitStreamRequest>* stream) override {
    if (Refuses()) return Full();
    v1::SubmitStreamRequest request;
    uint64_t sequence = 0;
    while (stream->Read(&request)) {
      if (!request.has_record()) continue;
      v1::SubmitStreamResponse response;
      response.add_results()->set_sequence(++sequence);
      stream->Write(response);
    }
    return grpc::Status::OK;
  }

 private:
  bool Refuses() { return refusals_.fetch_sub(1) > 0; }
  static grpc::Status Full() {
    return {grpc::StatusCode::RESOURCE_EXHAUSTED, "the disk of the store is full"};
  }

  std::atomic<int> refusals_;
};

// What a submission of one record to a gateway that refuses so often ends with.
absl::Status SubmitOne(bool unary, int refusals, absl::Duration wait, int* answered) {
  FullGateway service(refusals);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  Connection connection;
  connection.server = "127.0.0.1:" + std::to_string(port);
  auto client = Client::Connect(connection);
  if (!client.ok()) return client.status();
  const auto make = unary ? &UnarySubmission : &StreamSubmission;
  const auto submission = make(*client, 1, wait, [answered](const Submitted&) { ++*answered; });
  const absl::Status sent = submission->Send({"one.jsonl", 1, "{}"}, "", {});
  const absl::Status finished = submission->Finish();
  return sent.ok() ? finished : sent;
}

class SubmissionTest : public testing::TestWithParam<bool> {};

TEST_P(SubmissionTest, SaysWhyItWaitsAndGoesOn) {
  int answered = 0;
  testing::internal::CaptureStderr();
  const absl::Status status = SubmitOne(GetParam(), 1, absl::Seconds(60), &answered);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "kapctl: the gateway answers RESOURCE_EXHAUSTED: the disk of the store is full; trying "
            "again in 1 s\n");
  EXPECT_EQ(answered, 1);
}

TEST_P(SubmissionTest, GivesUpWithTheLastReason) {
  int answered = 0;
  testing::internal::CaptureStderr();
  const absl::Status status = SubmitOne(GetParam(), 1000, absl::Milliseconds(300), &answered);
  EXPECT_NE(testing::internal::GetCapturedStderr(), "");
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_NE(std::string(status.message()).find("the disk of the store is full"), std::string::npos);
  EXPECT_EQ(answered, 0);
}

INSTANTIATE_TEST_SUITE_P(Roads, SubmissionTest, testing::Bool(),
                         [](const auto& road) { return road.param ? "Unary" : "Stream"; });

}  // namespace
}  // namespace kgw::ctl
