#include "gateway/fhir/issue.h"

#include <gtest/gtest.h>

namespace kgw::fhir {
namespace {

TEST(Issue, BecomesTheElementsOfAnOperationOutcome) {
  EXPECT_EQ(IssuesToJson({{Severity::kError, "required", "Observation.status", "is required"},
                          {Severity::kInformation, "informational", "", ""}}),
            R"([{"severity":"error","code":"required","diagnostics":"is required",)"
            R"("expression":["Observation.status"]},)"
            R"({"severity":"information","code":"informational"}])");
  EXPECT_EQ(IssuesToJson({}), "[]");
}

TEST(Issue, ComesBackFromItsJson) {
  const Issues issues = {{Severity::kFatal, "exception", "Observation.status", "is \"odd\""},
                         {Severity::kWarning, "value", "", ""}};
  EXPECT_EQ(IssuesFromJson(IssuesToJson(issues)), issues);
  EXPECT_EQ(IssuesFromJson(R"([{"severity":"loud","code":"value"}])"),
            (Issues{{Severity::kError, "value", "", ""}}));
  for (const char* none : {"", "[]", "{}", "no JSON"}) {
    EXPECT_TRUE(IssuesFromJson(none).empty()) << none;
  }
}

TEST(Issue, OnlyErrorAndFatalCountAsErrors) {
  EXPECT_FALSE(HasErrors({}));
  EXPECT_FALSE(HasErrors({{Severity::kWarning, "value", "", ""}}));
  EXPECT_TRUE(HasErrors({{Severity::kWarning, "", "", ""}, {Severity::kError, "", "", ""}}));
  EXPECT_TRUE(HasErrors({{Severity::kFatal, "", "", ""}}));
  EXPECT_STREQ(NameOf(Severity::kFatal), "fatal");
  EXPECT_STREQ(NameOf(Severity::kWarning), "warning");
}

}  // namespace
}  // namespace kgw::fhir
