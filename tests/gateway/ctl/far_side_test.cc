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

TEST(FarSideText, SaysWhatIsMissing) {
  gateway::v1::TestDestinationResponse response;
  response.set_ok(true);
  response.set_report_json(
      R"({"software":"Far Side 1","fhir_version":"4.0.1","transaction":false,"types":[)"
      R"({"type":"Observation","create":true},{"type":"Patient","search":true},)"
      R"({"type":"Procedure","search":true}]})");
  const std::string text = FarSideText("hospital", response);
  EXPECT_TRUE(
      text.starts_with("hospital: reached\n  software       Far Side 1\n"
                       "  FHIR version   4.0.1\n  transactions   no\n"
                       "  missing types  Account, "))
      << text;
  EXPECT_EQ(text.find(" Observation"), std::string::npos);
  EXPECT_EQ(text.find(" Patient"), std::string::npos) << "patients are linked, so found is enough";
  EXPECT_NE(text.find(" Procedure,"), std::string::npos);
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
