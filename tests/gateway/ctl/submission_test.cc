#include "gateway/ctl/submission.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>
#include <vector>

#include "absl/time/clock.h"
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

// Takes what it is sent and never answers, until the caller has gone.
class SilentGateway final : public v1::IngestService::Service {
  grpc::Status Submit(grpc::ServerContext* context, const kap::v1::Record*,
                      v1::SubmitResponse*) override {
    return Wait(*context);
  }
  grpc::Status SubmitStream(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<v1::SubmitStreamResponse, v1::SubmitStreamRequest>*) override {
    return Wait(*context);
  }
  static grpc::Status Wait(const grpc::ServerContext& context) {
    while (!context.IsCancelled()) absl::SleepFor(absl::Milliseconds(5));
    return grpc::Status::CANCELLED;
  }
};

// A gateway on a port of its own, and a client of it.
struct Served {
  explicit Served(grpc::Service* service, int largest_message = 4 << 20, int timeout_seconds = 60) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.SetMaxReceiveMessageSize(largest_message);
    builder.RegisterService(service);
    server = builder.BuildAndStart();
    Connection connection;
    connection.server = "127.0.0.1:" + std::to_string(port);
    connection.timeout_seconds = timeout_seconds;
    client = Client::Connect(connection);
  }

  std::unique_ptr<grpc::Server> server;
  absl::StatusOr<Client> client;
};

// What a submission of one record to a gateway that refuses so often ends with.
absl::Status SubmitOne(bool unary, int refusals, absl::Duration wait, int* answered) {
  FullGateway service(refusals);
  const Served served(&service);
  const auto& client = served.client;
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

TEST_P(SubmissionTest, AnswersWhatIsTooLargeAndGoesOn) {
  FullGateway service(0);
  const Served served(&service, /*largest_message=*/1000);
  ASSERT_TRUE(served.client.ok());
  std::map<int64_t, std::vector<absl::Status>> answers;
  const auto make = GetParam() ? &UnarySubmission : &StreamSubmission;
  const auto submission =
      make(*served.client, 4, absl::Seconds(60), [&](const Submitted& submitted) {
        answers[submitted.text.line].push_back(submitted.status);
      });
  // Large ones in a row, alone, and once the limit is known.
  const std::set<int64_t> large = {3, 4, 9, 20};
  for (int64_t line = 1; line <= 20; ++line) {
    kap::v1::Record record;
    record.set_id(std::string(large.contains(line) ? 1200 : 20, 'x'));
    ASSERT_TRUE(submission->Send({"a.jsonl", line, ""}, record.SerializeAsString(), {}).ok());
  }
  const absl::Status finished = submission->Finish();
  EXPECT_TRUE(finished.ok()) << finished;
  ASSERT_EQ(answers.size(), 20u);
  for (const auto& [line, statuses] : answers) {
    ASSERT_EQ(statuses.size(), 1u) << line;
    EXPECT_EQ(statuses[0],
              large.contains(line)
                  ? absl::InvalidArgumentError(
                        "the record has 1203 bytes, and the gateway takes no message of more than "
                        "1000 bytes (limits.message_bytes): send less in one record")
                  : absl::OkStatus())
        << line;
  }
}

TEST_P(SubmissionTest, DoesNotWaitForeverForAnAnswer) {
  SilentGateway service;
  const Served served(&service, 4 << 20, /*timeout_seconds=*/1);
  ASSERT_TRUE(served.client.ok());
  const auto make = GetParam() ? &UnarySubmission : &StreamSubmission;
  const auto submission = make(*served.client, 1, absl::Seconds(60), [](const Submitted&) {});
  const absl::Time began = absl::Now();
  const absl::Status first = submission->Send({"a.jsonl", 1, "{}"}, "", {});
  EXPECT_TRUE(first.ok()) << first;
  const absl::Status finished = submission->Finish();
  EXPECT_TRUE(absl::IsDeadlineExceeded(finished)) << finished;
  EXPECT_LT(absl::Now() - began, absl::Seconds(20));
}

INSTANTIATE_TEST_SUITE_P(Roads, SubmissionTest, testing::Bool(),
                         [](const auto& road) { return road.param ? "Unary" : "Stream"; });

}  // namespace
}  // namespace kgw::ctl
