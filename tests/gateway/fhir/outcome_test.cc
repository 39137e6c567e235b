#include "gateway/fhir/outcome.h"

#include <gtest/gtest.h>

#include "gateway/base/violation.h"
#include "gateway/fhir/base_check.h"

namespace kgw::fhir {
namespace {

TEST(Outcome, EveryCodeHasAnHttpStatusOfItsKind) {
  EXPECT_EQ(OutwardOf(absl::StatusCode::kOk).http_status, 200);
  for (int code = 1; code <= 16; ++code) {
    const Outward outward = OutwardOf(static_cast<absl::StatusCode>(code));
    EXPECT_EQ(outward.grpc_code, code);
    EXPECT_GE(outward.http_status, 400);
    EXPECT_LT(outward.http_status, 600);
  }
  EXPECT_EQ(OutwardOf(absl::StatusCode::kResourceExhausted).http_status, 429);
  EXPECT_EQ(OutwardOf(absl::StatusCode::kPermissionDenied).http_status, 403);
  EXPECT_EQ(OutwardOf(static_cast<absl::StatusCode>(99)).http_status, 500);
}

TEST(Outcome, FieldViolationsBecomeIssues) {
  const Issues issues = IssuesOf(InvalidFields({{"session.id", "is required"}, {"b", "c"}}));
  ASSERT_EQ(issues.size(), 2u);
  EXPECT_EQ(issues[0], (Issue{Severity::kError, "invalid", "session.id", "is required"}));
}

TEST(Outcome, OneIssueForAPlainStatus) {
  EXPECT_EQ(IssuesOf(absl::NotFoundError("no such record")),
            (Issues{{Severity::kError, "not-found", "", "no such record"}}));
  EXPECT_EQ(IssuesOf(absl::InternalError("bug"))[0].severity, Severity::kFatal);
  EXPECT_TRUE(IssuesOf(absl::OkStatus()).empty());
}

TEST(Outcome, TheResourceIsValidR4) {
  for (int code = 0; code <= 16; ++code) {
    const std::string text = OperationOutcomeJson(
        IssuesOf(absl::Status(static_cast<absl::StatusCode>(code), "what \"happened\"\n")));
    for (const Issue& issue : CheckBaseR4(text, "OperationOutcome").issues) {
      ADD_FAILURE() << code << " " << issue.expression << " " << issue.text;
    }
  }
}

}  // namespace
}  // namespace kgw::fhir
