#include "gateway/plugin/trial.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "gateway/base/strings.h"

namespace kgw::plugin {
namespace {

constexpr absl::Duration kLong = absl::Seconds(30);

TEST(Trial, LeavesNothingBehindWhenItEndsWell) {
  int changed = 0;
  EXPECT_EQ(TryInACopy([&changed] { changed = 1; }, kLong), absl::OkStatus());
  EXPECT_EQ(changed, 0);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a child was not waited for";
}

TEST(Trial, SaysHowTheCopyEnded) {
  EXPECT_EQ(TryInACopy([] { raise(SIGKILL); }, kLong),
            absl::FailedPreconditionError("signal 9 (Killed)"));
  EXPECT_EQ(TryInACopy([] { _exit(0); }, kLong),
            absl::FailedPreconditionError("an exit with code 0"));
  EXPECT_EQ(TryInACopy(
                [] {
                  while (true) pause();
                },
                absl::Milliseconds(50)),
            absl::DeadlineExceededError("no end within 50ms"));
}

TEST(Trial, PrintsNothing) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  EXPECT_EQ(TryInACopy(
                [] {
                  constexpr std::string_view kText = "READY grpc=127.0.0.1:1\n";
                  for (int stream : {STDOUT_FILENO, STDERR_FILENO}) {
                    if (write(stream, kText.data(), kText.size()) < 0) _exit(1);
                  }
                },
                kLong),
            absl::OkStatus());
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace kgw::plugin
