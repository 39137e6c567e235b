#include <gtest/gtest.h>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "gateway/privacy/label.h"
#include "gateway/privacy/release.h"

namespace kgw::privacy {
namespace {

TEST(DecideRelease, ServesTreatmentOnly) {
  EXPECT_TRUE(DecideRelease({"TREAT", true}, false).allowed);
  for (const char* purpose : {"HPAYMT", "HRESCH", "COVERAGE", "", "treat"}) {
    const Release release = DecideRelease({purpose, false}, false);
    EXPECT_FALSE(release.allowed) << purpose;
    EXPECT_NE(release.why.find("TREAT"), std::string::npos) << "names what is served";
  }
}

TEST(DecideRelease, KeepsTestDataOutOfProduction) {
  EXPECT_FALSE(DecideRelease({"TREAT", true}, true).allowed);
  EXPECT_TRUE(DecideRelease({"TREAT", false}, true).allowed);
}

std::vector<std::string> CodesOf(std::string_view type, bool test_data) {
  const auto parsed = json::Document::Parse(StrCat("[", SecurityCodings(type, test_data), "]"));
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  std::vector<std::string> codes;
  for (const json::Value& coding : parsed->root()) codes.emplace_back(coding.TextOf("code"));
  return codes;
}

TEST(SecurityCodings, GivesExactlyOneConfidentiality) {
  EXPECT_EQ(CodesOf("Session", false), std::vector<std::string>{"R"});
  EXPECT_EQ(CodesOf("Patient", false), std::vector<std::string>{"N"});
}

TEST(SecurityCodings, MarksTestData) {
  EXPECT_EQ(CodesOf("Outcome", true), (std::vector<std::string>{"R", "HTEST"}));
}

}  // namespace
}  // namespace kgw::privacy
