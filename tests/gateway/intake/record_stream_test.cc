#include "gateway/intake/record_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/violation.h"
#include "gateway/fhir/base_check.h"
#include "tests/gateway/intake/fake_mapper.h"
#include "tests/gateway/intake/fake_store.h"
#include "tests/gateway/intake/records.h"
#include "tests/support/pipeline/one_mapper.h"
#include "tests/support/simulation/simulation.h"

namespace kgw::intake {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A sender that a test plays: it says what it is told to, and keeps what it hears.
class Sender final : public StreamWire {
 public:
  void Read() override { ++reads; }
  void Write(StreamAnswer answer) override {
    acked = answer.acked_through;
    for (StreamResult& result : answer.results) results.push_back(std::move(result));
    writing = true;
  }
  void Finish(absl::Status status) override { end = std::move(status); }

  std::vector<uint64_t> Told() const {
    std::vector<uint64_t> told;
    for (const StreamResult& result : results) told.push_back(result.sequence);
    return told;
  }

  int reads = 0;  // asked for, and not answered yet
  bool writing = false;
  uint64_t acked = 0;
  std::vector<StreamResult> results;
  std::optional<absl::Status> end;
};

class RecordStreamTest : public ::testing::Test {
 protected:
  RecordStreamTest() : board_(MakeRules()) {
    intake_ = std::make_unique<Intake>(
        Intake::Parts{simulation_, simulation_, board_, store_, observer_}, Intake::Options{});
    Open({.window = 4});
  }
  ~RecordStreamTest() override {
    store_.Release();
    Settle();
    // Whoever opens a stream ends it.
    if (!sender_.end.has_value()) stream_->OnCancel();
    Settle();
    EXPECT_TRUE(sender_.end.has_value());
  }

  static std::shared_ptr<const Rules> MakeRules(FakeMapper& mapper,
                                                const fhir::Validator& validator) {
    auto rules = std::make_shared<Rules>();
    rules->access = std::make_shared<access::Access>(access::Access::Development());
    rules->pipeline = std::make_shared<pipeline::Pipeline>(
        test::OneMapper(mapper), validator,
        std::vector<privacy::Route>{{.name = "ehr", .purpose = "TREAT"}});
    return rules;
  }
  std::shared_ptr<const Rules> MakeRules() { return MakeRules(mapper_, validator_); }

  void Open(const RecordStream::Limits& limits) {
    stream_ = std::make_unique<RecordStream>(RecordStream::Parts{budget_, *intake_}, sender_,
                                             "clinic", limits);
    stream_->Start();
  }
  // All that can happen without another word of the sender; answers are taken at once.
  void Settle() {
    do {
      simulation_.RunUntil([] { return false; });
      if (std::exchange(sender_.writing, false)) stream_->OnWritten(true);
    } while (sender_.writing);
  }
  void Say(StreamInput input) {
    ASSERT_EQ(sender_.reads, 1) << "the stream does not read";
    --sender_.reads;
    stream_->OnRead(std::move(input));
    Settle();
  }
  void SayOptions(bool exceptions_only = false) {
    StreamInput input;
    input.options = {exceptions_only};
    Say(std::move(input));
  }
  void SayRecord(std::string bytes) {
    StreamInput input;
    input.record = std::move(bytes);
    Say(std::move(input));
  }
  void SayNoMore() {
    --sender_.reads;
    stream_->OnRead(std::nullopt);
    Settle();
  }

  test::Simulation simulation_{1};
  FakeMapper mapper_;
  fhir::BaseR4Validator validator_;
  FakeStore store_;
  Observer observer_;
  RulesBoard board_;
  AdmissionBudget budget_{1 << 20};
  std::unique_ptr<Intake> intake_;
  Sender sender_;
  std::unique_ptr<RecordStream> stream_;
};

TEST_F(RecordStreamTest, AnswersEachRecordAndEndsWithTheSender) {
  SayOptions();
  SayRecord(PatientBytes("P-1", 1));
  SayRecord(PatientBytes("P-2", 1));
  EXPECT_THAT(sender_.Told(), ElementsAre(1, 2));
  EXPECT_EQ(sender_.acked, 2);
  EXPECT_FALSE(sender_.end.has_value());
  SayNoMore();
  EXPECT_EQ(sender_.end, absl::OkStatus());
}

TEST_F(RecordStreamTest, AsksForOptionsFirstAndForRecordsAfterwards) {
  SayRecord(PatientBytes("P-1", 1));
  ASSERT_TRUE(sender_.end.has_value());
  EXPECT_EQ(FieldViolationsOf(*sender_.end)[0].field, "options");
  EXPECT_THAT(FieldViolationsOf(*sender_.end)[0].description, HasSubstr("before the first record"));
  EXPECT_THAT(store_.committed(), IsEmpty());
}

TEST_F(RecordStreamTest, SaysAfterWhichRecordAMessageWasWrong) {
  SayOptions();
  SayRecord(PatientBytes("P-1", 1));
  SayOptions();
  ASSERT_TRUE(sender_.end.has_value());
  EXPECT_THAT(FieldViolationsOf(*sender_.end)[0].description, HasSubstr("sequence number 1"));
  EXPECT_EQ(sender_.acked, 1);
}

TEST_F(RecordStreamTest, TheAcknowledgedPartNeverPassesARecordWithoutItsLastWord) {
  SayOptions();
  store_.Hold();
  SayRecord(PatientBytes("P-1", 1));
  SayRecord("no record");
  EXPECT_EQ(sender_.acked, 0);
  EXPECT_THAT(sender_.Told(), ElementsAre(2));
  store_.Release();
  Settle();
  EXPECT_EQ(sender_.acked, 2);
  EXPECT_THAT(sender_.Told(), ElementsAre(2, 1));
}

TEST_F(RecordStreamTest, OnlyTheFirstRecordThatWasNotKeptIsToldAndNothingAfterItIsKept) {
  SayOptions();
  store_.Hold();
  store_.FailNext();
  for (const char* id : {"P-1", "P-2", "P-3"}) SayRecord(PatientBytes(id, 1));
  store_.Release();
  Settle();
  EXPECT_THAT(sender_.Told(), ElementsAre(1));
  EXPECT_EQ(sender_.acked, 0);
  ASSERT_TRUE(sender_.end.has_value());
  EXPECT_EQ(sender_.end->code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(store_.committed(), IsEmpty());
}

TEST_F(RecordStreamTest, ReadsNoMoreThanTheWindowAllows) {
  SayOptions();
  store_.Hold();
  for (int i = 0; i < 4; ++i) SayRecord(PatientBytes("P-" + std::to_string(i), 1));
  EXPECT_EQ(sender_.reads, 0);
  store_.Release();
  Settle();
  EXPECT_EQ(sender_.reads, 1);
}

TEST_F(RecordStreamTest, TellsExceptionsAloneWhereTheSenderWantsNoMore) {
  SayOptions(/*exceptions_only=*/true);
  SayRecord(PatientBytes("P-1", 1));
  SayRecord("no record");
  SayRecord(PatientBytes("P-2", 1));
  EXPECT_THAT(sender_.Told(), ElementsAre(2));
  EXPECT_EQ(sender_.acked, 3);
}

TEST_F(RecordStreamTest, WhatIsLargerThanAllTheRoomEndsTheStream) {
  SayOptions();
  SayRecord(std::string(2 << 20, 'x'));
  ASSERT_TRUE(sender_.end.has_value());
  EXPECT_THAT(FieldViolationsOf(*sender_.end)[0].description,
              HasSubstr("limits.admission_bytes has no room for it"));
}

TEST_F(RecordStreamTest, AnswersWhatItHasReadBeforeItDrains) {
  SayOptions();
  store_.Hold();
  SayRecord(PatientBytes("P-1", 1));
  stream_->Drain();
  EXPECT_FALSE(sender_.end.has_value());
  store_.Release();
  Settle();
  EXPECT_EQ(sender_.acked, 1);
  ASSERT_TRUE(sender_.end.has_value());
  EXPECT_EQ(sender_.end->code(), absl::StatusCode::kUnavailable);
  EXPECT_GT(RetryDelayOf(*sender_.end), absl::ZeroDuration());
}

TEST_F(RecordStreamTest, EndsOnlyWhenAllThatAGoneSenderLeftIsAnswered) {
  SayOptions();
  store_.Hold();
  SayRecord(PatientBytes("P-1", 1));
  ASSERT_EQ(store_.waiting(), 1);
  stream_->OnCancel();
  --sender_.reads;
  stream_->OnRead(std::nullopt);
  store_.Release();
  Settle();
  ASSERT_TRUE(sender_.end.has_value());
  EXPECT_EQ(sender_.end->code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(store_.committed(), SizeIs(1)) << "it was the store's before the sender went";
}

TEST_F(RecordStreamTest, ADeafSenderDoesNotKeepTheStream) {
  SayOptions();
  SayRecord(PatientBytes("P-1", 1));
  stream_->OnWritten(false);
  SayRecord(PatientBytes("P-2", 1));
  SayNoMore();
  EXPECT_EQ(sender_.end, absl::OkStatus());
  EXPECT_THAT(sender_.Told(), ElementsAre(1));
  EXPECT_THAT(store_.committed(), SizeIs(2));
}

}  // namespace
}  // namespace kgw::intake
