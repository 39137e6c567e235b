#include "gateway/base/violation.h"

#include <gtest/gtest.h>

namespace kgw {
namespace {

TEST(Violation, TravelsWithTheStatus) {
  const std::string odd("a\0\n\xC3\xA9", 5);
  const absl::Status status =
      InvalidFields({{"session.doses[2].amount_mg", "must be positive"}, {odd, ""}});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "session.doses[2].amount_mg: must be positive (and 1 more)");
  const std::vector<FieldViolation> found = FieldViolationsOf(status);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].field, "session.doses[2].amount_mg");
  EXPECT_EQ(found[1].field, odd);
  EXPECT_EQ(found[1].description, "");
}

TEST(Violation, IsAbsentFromOtherStatuses) {
  EXPECT_TRUE(FieldViolationsOf(absl::OkStatus()).empty());
  EXPECT_TRUE(FieldViolationsOf(absl::InternalError("x")).empty());
  EXPECT_EQ(InvalidFields({}).code(), absl::StatusCode::kInvalidArgument);
}

TEST(RetryLater, KeepsTheDelay) {
  const absl::Status status =
      RetryLater(absl::StatusCode::kResourceExhausted, "full", absl::Milliseconds(250));
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(RetryDelayOf(status), absl::Milliseconds(250));
  EXPECT_EQ(RetryDelayOf(absl::UnavailableError("x")), absl::ZeroDuration());
}

}  // namespace
}  // namespace kgw
