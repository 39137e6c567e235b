#include "gateway/ctl/exit_code.h"

#include <gtest/gtest.h>

namespace kgw::ctl {
namespace {

TEST(RemedyOf, SaysWhatToTry) {
  EXPECT_EQ(RemedyOf(absl::UnavailableError("Socket closed")),
            "is the gateway on TLS? give --ca, --cert, --key; see the gateway's log");
  EXPECT_EQ(RemedyOf(absl::UnavailableError("Failed to connect: Connection refused")),
            "is it running there? --server or KAPCTL_SERVER");
  EXPECT_EQ(RemedyOf(absl::UnavailableError("the gateway is stopping")), "");
  EXPECT_EQ(RemedyOf(absl::NotFoundError("Connection refused")), "");
}

TEST(ExitCodeOf, WhatIsTooLargeOnceIsTooLargeAgain) {
  EXPECT_EQ(ExitCodeOf(absl::ResourceExhaustedError(
                "Received message larger than max (5000000 vs. 4259840)")),
            kNo);
  EXPECT_EQ(ExitCodeOf(absl::ResourceExhaustedError("the disk of the store is full")),
            kUnreachable);
}

TEST(ComplainOfUsage, IsUsageWhateverTheCode) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(ComplainOfUsage(absl::PermissionDeniedError("ca.crt may not be read")), kUsage);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "kapctl: PERMISSION_DENIED: ca.crt may not be read\n");
}

}  // namespace
}  // namespace kgw::ctl
