#include "change_rules.h"

#include <gtest/gtest.h>

namespace kgw::kap {
namespace {

const RuleRow& RuleNamed(std::string_view id) {
  for (const RuleRow& rule : kRules) {
    if (rule.id == id) return rule;
  }
  ADD_FAILURE() << "there is no rule " << id;
  return kRules[0];
}

bool Met(std::string_view id, int baseline, int total) {
  return Judge(RuleNamed(id), baseline, total) == Verdict::kMet;
}

TEST(ChangeRulesTest, ResponseAndRemissionOfThePhq9) {
  EXPECT_TRUE(Met("phq9-response-50", 20, 10));
  EXPECT_FALSE(Met("phq9-remission-5", 20, 10));
  EXPECT_TRUE(Met("phq9-response-50", 9, 4));
  EXPECT_TRUE(Met("phq9-remission-5", 9, 4));
  EXPECT_FALSE(Met("phq9-response-50", 20, 11));
  EXPECT_FALSE(Met("phq9-remission-5", 9, 5));
  EXPECT_TRUE(Met("phq9-clin-sig-original", 18, 9));
  EXPECT_FALSE(Met("phq9-clin-sig-original", 20, 10));
}

TEST(ChangeRulesTest, ReliableChange) {
  EXPECT_TRUE(Met("phq9-rci-nhs", 14, 8));
  EXPECT_FALSE(Met("phq9-response-50", 14, 8));
  EXPECT_FALSE(Met("phq9-rci-nhs", 12, 7));
  EXPECT_TRUE(Met("gad7-rci-nhs", 8, 4));
  EXPECT_TRUE(Met("gad7-rci-nhs", 7, 3));
  EXPECT_FALSE(Met("phq9-rci-nhs", 8, 14));
  EXPECT_TRUE(Met("pcl5-rci-marx2022-sample1", 45, 30));
  EXPECT_FALSE(Met("pcl5-rci-marx2022-sample2", 45, 30));
  EXPECT_FALSE(Met("pcl5-clin-sig-marx2022", 45, 30));
  EXPECT_TRUE(Met("pcl5-clin-sig-marx2022", 45, 28));
  EXPECT_TRUE(Met("pcl5-mid-blanchard2023", 45, 36));
  EXPECT_FALSE(Met("pcl5-mid-blanchard2023", 45, 37));
}

TEST(ChangeRulesTest, Caseness) {
  EXPECT_TRUE(IsCase("phq9-case-nhs", 10));
  EXPECT_FALSE(IsCase("phq9-case-nhs", 9));
  EXPECT_TRUE(IsCase("gad7-case-nhs", 8));
  EXPECT_FALSE(IsCase("gad7-case-nhs", 7));
}

TEST(ChangeRulesTest, SaysWhenItCannotTell) {
  EXPECT_EQ(Judge(RuleNamed("phq9-response-50"), 20, std::nullopt), Verdict::kNotAssessable);
  EXPECT_EQ(Judge(RuleNamed("phq9-response-50"), 0, 0), Verdict::kNotAssessable);
  EXPECT_EQ(Judge(RuleNamed("phq9-remission-5"), 0, 0), Verdict::kMet);
}

TEST(ChangeRulesTest, PercentToOneDecimal) {
  EXPECT_EQ(PercentChange(20, 10), "50");
  EXPECT_EQ(PercentChange(9, 4), "55.6");
  EXPECT_EQ(PercentChange(34, 12), "64.7");
  EXPECT_EQ(PercentChange(12, 18), "-50");
  EXPECT_EQ(PercentChange(7, 8), "-14.3");
  EXPECT_EQ(PercentChange(27, 27), "0");
  EXPECT_EQ(PercentChange(0, 3), std::nullopt);
}

}  // namespace
}  // namespace kgw::kap
