#include "gateway/intake/intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "gateway/base/thread_pool.h"
#include "gateway/base/violation.h"
#include "gateway/fhir/base_check.h"
#include "tests/gateway/intake/fake_mapper.h"
#include "tests/gateway/intake/fake_store.h"
#include "tests/gateway/intake/records.h"
#include "tests/support/pipeline/one_mapper.h"

namespace kgw::intake {
namespace {

using ::testing::ElementsAre;
using Result = absl::StatusOr<Answer>;

class CountingObserver final : public Observer {
 public:
  void OnStage(Stage stage, absl::Duration) override {
    std::lock_guard lock(mutex_);
    ++stages_[NameOf(stage)];
  }
  int count(const std::string& stage) {
    std::lock_guard lock(mutex_);
    return stages_[stage];
  }

 private:
  std::mutex mutex_;
  std::map<std::string, int> stages_;
};

class IntakeTest : public ::testing::Test {
 protected:
  IntakeTest() : board_(MakeRules()) {
    intake_ = std::make_unique<Intake>(
        Intake::Parts{executor_, RealClock(), board_, store_, observer_}, Intake::Options{});
  }
  ~IntakeTest() override {
    mapper_.Release();
    store_.Release();
    intake_.reset();
  }

  std::shared_ptr<const Rules> MakeRules() {
    auto rules = std::make_shared<Rules>();
    rules->access = std::make_shared<access::Access>(
        std::vector<access::Caller>{{.name = "clinic",
                                     .tenants = {"demo-clinic"},
                                     .sources = {"kap-ehr"},
                                     .grants = {access::Grant::kSubmit}}});
    const privacy::Route ehr = {.name = "ehr", .purpose = "TREAT"};
    rules->pipeline = std::make_shared<pipeline::Pipeline>(test::OneMapper(mapper_), validator_,
                                                           std::vector<privacy::Route>{ehr});
    rules->config_hash = "c0ffee";
    return rules;
  }

  Submission Make(std::string bytes, std::promise<Result>& promise) {
    Submission submission;
    submission.bytes = std::move(bytes);
    submission.caller = "clinic";
    submission.done = [&promise](Result result) { promise.set_value(std::move(result)); };
    return submission;
  }
  Result SubmitAndWait(std::string bytes) {
    std::promise<Result> promise;
    intake_->Submit(Make(std::move(bytes), promise));
    return promise.get_future().get();
  }

  FakeMapper mapper_;
  const fhir::BaseR4Validator validator_;
  FakeStore store_;
  CountingObserver observer_;
  RulesBoard board_;
  ThreadPool executor_{2};
  std::unique_ptr<Intake> intake_;
};

TEST_F(IntakeTest, StoresWhatTheMapperMade) {
  Result result = SubmitAndWait(PatientBytes("P-1", 1));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->result.verdict, store::PlacementVerdict::kStored);
  EXPECT_EQ(result->result.state, store::RecordState::kMapped);
  ASSERT_EQ(store_.committed().size(), 1u);
  const store::NewVersion stored = store_.committed()[0];
  EXPECT_EQ(stored.key, (RecordKey{{"demo-clinic", "kap-ehr", "Patient", "P-1"}, 1}));
  EXPECT_EQ(stored.bytes, PatientBytes("P-1", 1));
  ASSERT_EQ(stored.resources.size(), 1u);
  EXPECT_EQ(stored.resources[0].role, "Basic");
  ASSERT_EQ(stored.deliveries.size(), 1u);
  EXPECT_EQ(stored.deliveries[0].destination, "ehr");
  EXPECT_EQ(stored.mapper, mapper_.identity());
  EXPECT_EQ(stored.config_hash, "c0ffee");
  for (const char* stage : {"wait", "decode", "map", "check", "commit", "total"}) {
    EXPECT_EQ(observer_.count(stage), 1) << stage;
  }
}

// Parking it would need a person, and nothing is wrong with it.
TEST_F(IntakeTest, WhatTheMapperNeverSawIsNotKept) {
  mapper_.SetUndecided(true);
  const Result refused = SubmitAndWait(PatientBytes("P-1", 1));
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_GT(RetryDelayOf(refused.status()), absl::ZeroDuration());
  EXPECT_TRUE(store_.committed().empty());
  mapper_.SetUndecided(false);
  EXPECT_EQ(SubmitAndWait(PatientBytes("P-1", 1))->result.state, store::RecordState::kMapped);
}

TEST_F(IntakeTest, ASecondTimeIsADuplicateAndIsNotMappedAgain) {
  Result first = SubmitAndWait(PatientBytes("P-1", 1));
  Result second = SubmitAndWait(PatientBytes("P-1", 1));
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->result.verdict, store::PlacementVerdict::kDuplicate);
  EXPECT_EQ(second->result.receipt, first->result.receipt);
  EXPECT_EQ(mapper_.calls(), 1);
}

TEST_F(IntakeTest, OtherContentUnderAKnownVersionIsAConflict) {
  ASSERT_TRUE(SubmitAndWait(PatientBytes("P-1", 1)).ok());
  EXPECT_EQ(SubmitAndWait(PatientBytes("P-1", 1, "Other")).status().code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(store_.committed().size(), 1u);
}

TEST_F(IntakeTest, AnothersTenantIsDeniedBeforeAnythingIsLookedUp) {
  Result result = SubmitAndWait(PatientBytes("P-1", 1, "Example", "other-clinic"));
  EXPECT_EQ(result.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_TRUE(store_.committed().empty());
  EXPECT_EQ(mapper_.calls(), 0);
}

TEST_F(IntakeTest, BytesThatDoNotDecodeAreCountedNowhere) {
  Result result = SubmitAndWait("\xff\xff\xff");
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(store_.committed().empty());
}

TEST_F(IntakeTest, WrongContentIsKeptAsRejectedWithoutItsBody) {
  kap::v1::Record record = PatientRecord("P-1", 1);
  record.mutable_patient_record()->clear_names();
  Result result = SubmitAndWait(record.SerializeAsString());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->result.state, store::RecordState::kRejected);
  EXPECT_NE(result->result.issues_json, "[]");
  ASSERT_EQ(store_.committed().size(), 1u);
  EXPECT_TRUE(store_.committed()[0].bytes.empty());
  EXPECT_EQ(mapper_.calls(), 0);
}

TEST_F(IntakeTest, APastDeadlineKeepsNothing) {
  std::promise<Result> promise;
  Submission submission = Make(PatientBytes("P-1", 1), promise);
  submission.deadline = absl::Now() - absl::Seconds(1);
  intake_->Submit(std::move(submission));
  EXPECT_EQ(promise.get_future().get().status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(store_.committed().empty());
}

TEST_F(IntakeTest, ACallerThatGoesWhileItIsMappedKeepsNothing) {
  mapper_.Hold();
  std::promise<Result> promise;
  std::atomic<bool> gone{false};
  Submission submission = Make(PatientBytes("P-1", 1), promise);
  submission.cancelled = [&gone] { return gone.load(); };
  intake_->Submit(std::move(submission));
  mapper_.WaitForCalls(1);
  gone = true;
  mapper_.Release();
  EXPECT_EQ(promise.get_future().get().status().code(), absl::StatusCode::kCancelled);
  EXPECT_TRUE(store_.committed().empty());
}

TEST_F(IntakeTest, DrainAnswersWhatWasAcceptedAndNothingNew) {
  store_.Hold();
  std::promise<Result> accepted;
  intake_->Submit(Make(PatientBytes("P-1", 1), accepted));
  intake_->StopAccepting();
  Result late = SubmitAndWait(PatientBytes("P-2", 1));
  EXPECT_EQ(late.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_GT(RetryDelayOf(late.status()), absl::ZeroDuration());
  EXPECT_FALSE(intake_->WaitUntilAnswered(absl::Milliseconds(20)));
  while (store_.waiting() == 0) std::this_thread::yield();
  store_.Release();
  EXPECT_TRUE(intake_->WaitUntilAnswered(absl::Seconds(10)));
  EXPECT_TRUE(accepted.get_future().get().ok());
}

TEST_F(IntakeTest, AStreamCommitsInItsOrder) {
  auto order = std::make_shared<CommitOrder>();
  std::vector<std::promise<Result>> promises(100);
  for (uint64_t i = 0; i < promises.size(); ++i) {
    Submission submission = Make(PatientBytes("P-1", static_cast<int64_t>(i + 1)), promises[i]);
    submission.order = order;
    submission.sequence = i + 1;
    intake_->Submit(std::move(submission));
  }
  for (auto& promise : promises) EXPECT_TRUE(promise.get_future().get().ok());
  const std::vector<store::NewVersion> committed = store_.committed();
  ASSERT_EQ(committed.size(), promises.size());
  for (size_t i = 0; i < committed.size(); ++i) {
    EXPECT_EQ(committed[i].key.version, static_cast<int64_t>(i + 1));
  }
}

TEST_F(IntakeTest, ARecordOfAStreamThatFailsForNowKeepsThoseBehindItOut) {
  auto order = std::make_shared<CommitOrder>();
  std::vector<std::promise<Result>> promises(3);
  for (uint64_t i = 0; i < promises.size(); ++i) {
    Submission submission = Make(PatientBytes("P-1", static_cast<int64_t>(i + 1)), promises[i]);
    submission.order = order;
    submission.sequence = i + 1;
    if (i == 1) submission.deadline = absl::Now() - absl::Seconds(1);
    intake_->Submit(std::move(submission));
  }
  std::vector<absl::StatusCode> codes;
  for (auto& promise : promises) codes.push_back(promise.get_future().get().status().code());
  EXPECT_THAT(codes, ElementsAre(absl::StatusCode::kOk, absl::StatusCode::kDeadlineExceeded,
                                 absl::StatusCode::kAborted));
  EXPECT_EQ(store_.committed().size(), 1u);
}

TEST_F(IntakeTest, ARecordOfAStreamThatTheStoreRefusesKeepsOutThoseThatWaitInTheStore) {
  auto order = std::make_shared<CommitOrder>();
  store_.Hold();
  std::vector<std::promise<Result>> promises(3);
  for (uint64_t i = 0; i < promises.size(); ++i) {
    Submission submission = Make(PatientBytes("P-1", static_cast<int64_t>(i + 1)), promises[i]);
    submission.order = order;
    submission.sequence = i + 1;
    intake_->Submit(std::move(submission));
  }
  for (int i = 0; i < 5000 && store_.waiting() < promises.size(); ++i) {
    absl::SleepFor(absl::Milliseconds(1));
  }
  ASSERT_EQ(store_.waiting(), promises.size());
  store_.FailNext();
  store_.Release();
  std::vector<absl::StatusCode> codes;
  for (auto& promise : promises) codes.push_back(promise.get_future().get().status().code());
  EXPECT_THAT(codes, ElementsAre(absl::StatusCode::kResourceExhausted, absl::StatusCode::kAborted,
                                 absl::StatusCode::kAborted));
  EXPECT_TRUE(store_.committed().empty());
}

TEST_F(IntakeTest, AStoreThatFailsIsSaidAsItIs) {
  store_.FailWith(absl::DataLossError("a sync failed"));
  EXPECT_EQ(SubmitAndWait(PatientBytes("P-1", 1)).status().code(), absl::StatusCode::kDataLoss);
}

TEST(IsFinal, OnlyWhatSendingAgainDoesNotChange) {
  EXPECT_TRUE(IsFinal(absl::OkStatus()));
  EXPECT_TRUE(IsFinal(absl::InvalidArgumentError("")));
  EXPECT_TRUE(IsFinal(absl::AlreadyExistsError("")));
  EXPECT_TRUE(IsFinal(absl::PermissionDeniedError("")));
  EXPECT_FALSE(IsFinal(absl::UnavailableError("")));
  EXPECT_FALSE(IsFinal(absl::ResourceExhaustedError("")));
  EXPECT_FALSE(IsFinal(absl::InternalError("")));
}

}  // namespace
}  // namespace kgw::intake
