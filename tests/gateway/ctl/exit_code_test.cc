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

}  // namespace
}  // namespace kgw::ctl
