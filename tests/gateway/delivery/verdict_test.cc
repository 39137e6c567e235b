#include "gateway/delivery/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gateway/delivery/world.h"

namespace kgw::delivery {
namespace {

using store::DeliveryState;
using store::ErrorClass;
using ::testing::HasSubstr;

class VerdictTest : public EngineTest {
 protected:
  VerdictTest() : key_{Add("S-1"), store::kEhr}, journal_(*store_, key_, 0, {"Encounter/e"}) {}
  // The `attempt`th, after as many failures of class `last`.
  Verdict JudgeOf(absl::Status status, int attempt = 1,
                  ErrorClass last = ErrorClass::kUnavailable) {
    store::DeliveryError before{last, 0, "", ""};
    before.tries = before.in_a_row = attempt - 1;
    return Judge(Result(std::move(status)), journal_, before, destination_, clock_.Now(), random_);
  }

  store::DeliveryKey key_;
  Journal journal_;
};

TEST_F(VerdictTest, EachCodeMeansOneState) {
  const std::tuple<absl::StatusCode, DeliveryState, Answered, ErrorClass> cases[] = {
      {absl::StatusCode::kUnavailable, DeliveryState::kPending, Answered::kNo,
       ErrorClass::kUnavailable},
      {absl::StatusCode::kResourceExhausted, DeliveryState::kPending, Answered::kAskedToWait,
       ErrorClass::kUnavailable},
      {absl::StatusCode::kAborted, DeliveryState::kPending, Answered::kYes, ErrorClass::kConflict},
      {absl::StatusCode::kDeadlineExceeded, DeliveryState::kPending, Answered::kNo,
       ErrorClass::kTimeout},
      {absl::StatusCode::kCancelled, DeliveryState::kPending, Answered::kYes, ErrorClass::kTimeout},
      {absl::StatusCode::kFailedPrecondition, DeliveryState::kHeld, Answered::kYes,
       ErrorClass::kUnlinked},
      {absl::StatusCode::kUnimplemented, DeliveryState::kUnsupported, Answered::kYes,
       ErrorClass::kUnsupported},
      {absl::StatusCode::kInvalidArgument, DeliveryState::kDead, Answered::kYes,
       ErrorClass::kRejected},
      {absl::StatusCode::kPermissionDenied, DeliveryState::kDead, Answered::kYes,
       ErrorClass::kDenied},
      {absl::StatusCode::kInternal, DeliveryState::kDead, Answered::kYes, ErrorClass::kPlugin}};
  for (const auto& [code, state, answered, error_class] : cases) {
    const Verdict verdict = JudgeOf(absl::Status(code, "why"), 1000);
    EXPECT_EQ(verdict.end.state, state) << static_cast<int>(code);
    EXPECT_EQ(verdict.answered, answered) << static_cast<int>(code);
    EXPECT_EQ(verdict.end.error.error_class, error_class);
    EXPECT_EQ(verdict.end.error.text, "why");
  }
}

TEST_F(VerdictTest, AgainLaterHasAnEndOnlyWhereTheOperatorWantsIt) {
  destination_.max_attempts = 5;
  EXPECT_EQ(JudgeOf(absl::UnavailableError("x"), 4).end.state, DeliveryState::kPending);
  const Verdict last = JudgeOf(absl::UnavailableError("x"), 5);
  EXPECT_EQ(last.end.state, DeliveryState::kDead);
  EXPECT_THAT(last.end.error.text, HasSubstr("given up after 5 attempts"));
}

TEST_F(VerdictTest, AnAnswerThatNeverCameIsSilenceAndAnAttemptOutOfTimeIsNot) {
  const auto emit = [&](const std::string& error_class) {
    ASSERT_TRUE(
        journal_
            .OnEmit({"application/vnd.kgw.error+json", "", R"({"class":")" + error_class + "\"}"})
            .ok());
  };
  emit("unavailable");
  EXPECT_EQ(JudgeOf(absl::AbortedError("x")).answered, Answered::kNo);
  emit("timeout");
  EXPECT_EQ(JudgeOf(absl::AbortedError("x")).answered, Answered::kYes);
}

TEST_F(VerdictTest, ProtocolFailuresInARowAreTriedABoundedNumberOfTimes) {
  ASSERT_TRUE(journal_
                  .OnEmit({"application/vnd.kgw.error+json", "",
                           R"({"class":"protocol","text":"no bundle"})"})
                  .ok());
  EXPECT_EQ(
      JudgeOf(absl::AbortedError("x"), kProtocolAttempts - 1, ErrorClass::kProtocol).end.state,
      DeliveryState::kPending);
  EXPECT_EQ(JudgeOf(absl::AbortedError("x"), kProtocolAttempts, ErrorClass::kProtocol).end.state,
            DeliveryState::kDead);
  // After an hour of another failure it is the first.
  const Verdict first = JudgeOf(absl::AbortedError("x"), 100, ErrorClass::kUnavailable);
  EXPECT_EQ(first.end.state, DeliveryState::kPending);
  EXPECT_EQ(first.end.error.tries, 100);
  EXPECT_EQ(first.end.error.in_a_row, 1);
}

}  // namespace
}  // namespace kgw::delivery
