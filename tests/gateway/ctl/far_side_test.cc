#include "gateway/ctl/far_side.h"

#include <gtest/gtest.h>

namespace kgw::ctl {
namespace {

gateway::v1::Issue IssueOf(const std::string& text) {
  gateway::v1::Issue issue;
  issue.set_severity("error");
  issue.set_text(text);
  return issue;
}

std::string MissingTypes(const std::string& more) {
  gateway::v1::TestDestinationResponse response;
  response.set_ok(true);
  response.set_report_json(
      R"({"software":"Far Side 1","fhir_version":"4.0.1","transaction":false)" + more + "}");
  const std::string text = FarSideText("hospital", response);
  const std::string before =
      "hospital: reached\n  software       Far Side 1\n  FHIR version   4.0.1\n"
      "  transactions   no\n  missing types  ";
  EXPECT_TRUE(text.starts_with(before)) << text;
  return text.substr(std::min(before.size(), text.size()));
}

TEST(FarSideText, SaysWhatTheConnectorMisses) {
  EXPECT_EQ(MissingTypes(R"(,"missing":["Account","Procedure","Patient"])"),
            "Account, Procedure, Patient\n");
  EXPECT_EQ(MissingTypes(R"(,"missing":[])"), "none of those that are sent\n");
  EXPECT_EQ(MissingTypes(""), "unknown\n") << "a connector need not know";
}

TEST(FarSideText, SaysOnceWhyItWasNotReached) {
  gateway::v1::TestDestinationResponse response;
  *response.add_issues() = IssueOf("connection refused");
  *response.add_issues() = IssueOf("no answer: connection refused");
  EXPECT_EQ(FarSideText("hospital", response),
            "hospital: not reached: no answer: connection refused\n");
  *response.mutable_issues(0) = response.issues(1);
  EXPECT_EQ(FarSideText("hospital", response),
            "hospital: not reached: no answer: connection refused\n");
}

}  // namespace
}  // namespace kgw::ctl
