#include <gmock/gmock.h>

#include <future>
#include <thread>

#include "tests/gateway/server/server_fixture.h"

namespace kgw::server {
namespace {

using ::testing::HasSubstr;

class SubmitTest : public ServerFixture {};

TEST_F(SubmitTest, AnswersWithReceiptStateAndCounts) {
  Serve({});
  pb::SubmitResponse first;
  ASSERT_TRUE(Submit(PatientRecord("P-1", 1), &first).ok());
  EXPECT_EQ(first.state(), pb::RECORD_STATE_MAPPED);
  EXPECT_EQ(first.key().type(), "Patient");
  EXPECT_EQ(first.resources(), 1u);
  EXPECT_EQ(first.deliveries(), 1u);
  EXPECT_FALSE(first.duplicate());
  EXPECT_FALSE(first.receipt().empty());
  pb::SubmitResponse second;
  ASSERT_TRUE(Submit(PatientRecord("P-1", 1), &second).ok());
  EXPECT_TRUE(second.duplicate());
  EXPECT_EQ(second.receipt(), first.receipt());
}

TEST_F(SubmitTest, OtherContentUnderAKnownVersionIsAlreadyExists) {
  Serve({});
  pb::SubmitResponse response;
  ASSERT_TRUE(Submit(PatientRecord("P-1", 1), &response).ok());
  EXPECT_EQ(Submit(PatientRecord("P-1", 1, "Other"), &response).error_code(),
            grpc::StatusCode::ALREADY_EXISTS);
}

TEST_F(SubmitTest, AFullBudgetSaysWhenToComeBack) {
  Serve({.admission_bytes = 4096});
  store_.Hold();
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([this, i] {
      pb::SubmitResponse response;
      EXPECT_TRUE(Submit(PatientRecord(StrCat("P-", i), 1), &response).ok());
    });
  }
  while (store_.waiting() < 2) std::this_thread::yield();
  std::string big(2000, 'x');
  pb::SubmitResponse response;
  const grpc::Status status = Submit(PatientRecord("P-9", 1, big), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  const auto retry = DetailOf<google::rpc::RetryInfo>(status);
  ASSERT_TRUE(retry.has_value());
  EXPECT_GT(retry->retry_delay().seconds() + retry->retry_delay().nanos(), 0);
  store_.Release();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(budget_->in_use(), 0u);
}

TEST_F(SubmitTest, FieldViolationsComeAsDetails) {
  Serve({});
  kap::v1::Record record = PatientRecord("P-1", 1);
  record.set_version(0);
  pb::SubmitResponse response;
  const grpc::Status status = Submit(record, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const auto request = DetailOf<google::rpc::BadRequest>(status);
  ASSERT_TRUE(request.has_value());
  EXPECT_THAT(request->field_violations(0).field(), HasSubstr("version"));
}

TEST_F(SubmitTest, APastDeadlineKeepsNothing) {
  Serve({});
  mapper_.Hold();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(100));
  pb::SubmitResponse response;
  EXPECT_EQ(ingest_->Submit(&context, PatientRecord("P-1", 1), &response).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  // A deadline travels rounded up, so the server's ends a little later than ours.
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  mapper_.Release();
  ASSERT_TRUE(intake_->WaitUntilAnswered(absl::Seconds(10)));
  EXPECT_TRUE(store_.committed().empty());
}

TEST_F(SubmitTest, DrainAnswersWhatRuns) {
  Serve({});
  store_.Hold();
  auto running = std::async(std::launch::async, [this] {
    pb::SubmitResponse response;
    return Submit(PatientRecord("P-1", 1), &response);
  });
  while (store_.waiting() == 0) std::this_thread::yield();
  intake_->StopAccepting();
  pb::SubmitResponse response;
  const grpc::Status late = Submit(PatientRecord("P-2", 1), &response);
  EXPECT_EQ(late.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(DetailOf<google::rpc::RetryInfo>(late).has_value());
  store_.Release();
  server_->Shutdown(absl::Seconds(20));
  EXPECT_TRUE(running.get().ok());
}

// grpc.health.v1: field 1 of the answer is 1 for SERVING and 2 for NOT_SERVING.
TEST_F(SubmitTest, HealthSaysWhetherItServes) {
  Serve({});
  std::string serving;
  ASSERT_TRUE(CallBytes("/grpc.health.v1.Health/Check", "", &serving).ok());
  EXPECT_EQ(serving, "\x08\x01");
  server_->SetServing(false);
  std::string stopped;
  ASSERT_TRUE(CallBytes("/grpc.health.v1.Health/Check", "", &stopped).ok());
  EXPECT_EQ(stopped, "\x08\x02");
}

TEST_F(SubmitTest, PreviewKeepsNothing) {
  Serve({});
  grpc::ClientContext context;
  pb::PreviewResponse preview;
  ASSERT_TRUE(ingest_->Preview(&context, PatientRecord("P-1", 1), &preview).ok());
  EXPECT_EQ(preview.state(), pb::RECORD_STATE_MAPPED);
  EXPECT_THAT(preview.bundle_json(), HasSubstr(R"("resourceType":"Bundle")"));
  ASSERT_EQ(preview.destinations_size(), 1);
  EXPECT_EQ(preview.destinations(0).decision(), "send");
  EXPECT_TRUE(store_.committed().empty());
  EXPECT_EQ(budget_->in_use(), 0u);
}

TEST_F(SubmitTest, GetRecordGivesTheBytesBack) {
  Serve({});
  pb::SubmitResponse response;
  const kap::v1::Record sent = PatientRecord("P-1", 3);
  ASSERT_TRUE(Submit(sent, &response).ok());
  grpc::ClientContext context;
  pb::GetRecordRequest request;
  *request.mutable_key() = response.key();
  request.mutable_key()->set_version(0);
  pb::GetRecordResponse got;
  ASSERT_TRUE(ingest_->GetRecord(&context, request, &got).ok());
  EXPECT_EQ(got.key().version(), 3);
  EXPECT_EQ(got.record().SerializeAsString(), sent.SerializeAsString());
  grpc::ClientContext again;
  request.mutable_key()->set_id("none");
  EXPECT_EQ(ingest_->GetRecord(&again, request, &got).error_code(), grpc::StatusCode::NOT_FOUND);
}

// docs/reference/errors.md tells of it: the client's own library refuses, and can be told not to.
TEST_F(SubmitTest, ARecordNearTheCapIsMoreThanAClientTakesUnlessToldOtherwise) {
  Serve({});
  kap::v1::Record large = PatientRecord("P-1", 1);
  const std::string name(2100, 'x');
  while (large.ByteSizeLong() < (size_t{4} << 20) - 2200) {
    large.mutable_patient_record()->add_names()->set_family(name);
  }
  store::NewVersion stored;
  stored.key = {{"demo-clinic", "kap-ehr", "Patient", "P-1"}, 1};
  stored.bytes = large.SerializeAsString();
  stored.issues_json =
      R"([{"severity":"warning","code":"value","diagnostics":")" + std::string(4000, 'y') + "\"}]";
  ASSERT_LE(stored.bytes.size(), size_t{4} << 20);
  store_.Commit(stored, [](const auto&) {});
  pb::GetRecordRequest request;
  FillKey(stored.key, request.mutable_key());
  pb::GetRecordResponse got;
  const auto usual = grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials());
  grpc::ClientContext context;
  Give(context);
  const grpc::Status refused =
      pb::IngestService::NewStub(usual)->GetRecord(&context, request, &got);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(refused.error_message(), HasSubstr("larger than max"));
  EXPECT_FALSE(DetailOf<google::rpc::RetryInfo>(refused).has_value());
  grpc::ClientContext again;
  Give(again);
  ASSERT_TRUE(ingest_->GetRecord(&again, request, &got).ok());
  EXPECT_EQ(got.record().SerializeAsString(), stored.bytes);
}

}  // namespace
}  // namespace kgw::server
