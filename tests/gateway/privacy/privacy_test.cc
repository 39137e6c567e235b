#include <gtest/gtest.h>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "gateway/privacy/label.h"
#include "tests/gateway/privacy/release_matrix.h"

namespace kgw::privacy {
namespace {

TEST(DecideRelease, AnswersTheWholeMatrix) {
  for (const ReleaseCase& each : ReleaseMatrix("ehr")) {
    const Release release = DecideRelease(each.route, MatrixName(), each.test_data);
    EXPECT_EQ(release.verdict, each.expected) << each.what;
    EXPECT_FALSE(release.why.empty()) << each.what;
  }
}

TEST(DecideRelease, SaysWhichRule) {
  const auto why = [](const Route& route, bool test_data) {
    return DecideRelease(route, MatrixName(), test_data).why;
  };
  EXPECT_EQ(why({.tenants = {"other"}}, false),
            "the destination's route does not take this tenant");
  EXPECT_EQ(why({.record_types = {"Visit"}}, false),
            "the destination's route does not take this type");
  EXPECT_EQ(why({.purpose = "HPAYMT"}, false),
            "purpose HPAYMT has no allow-list of elements; only TREAT is served");
  EXPECT_EQ(why({}, false), "purpose unset has no allow-list of elements; only TREAT is served");
  EXPECT_EQ(why({.purpose = "TREAT", .production = true}, true),
            "test data does not enter a production system");
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
