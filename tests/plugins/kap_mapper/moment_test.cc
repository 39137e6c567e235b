#include "moment.h"

#include <gtest/gtest.h>

namespace kgw::kap {
namespace {

TEST(MomentTest, ReadsInstantsInAnyOffset) {
  EXPECT_EQ(SecondsOf("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(SecondsOf("2026-03-02T14:05:00-07:00"), SecondsOf("2026-03-02T21:05:00Z"));
  EXPECT_EQ(SecondsOf("2024-02-29T23:59:59.123+01:00"), SecondsOf("2024-02-29T22:59:59Z"));
  EXPECT_EQ(SecondsOf("2000-03-01T00:00:00Z").value() - SecondsOf("2000-02-29T00:00:00Z").value(),
            86400);
}

TEST(MomentTest, ReadsNothingLess) {
  for (const char* text :
       {"", "2026", "2026-03-02", "2026-03-02T14:05:00", "2026-03-02T14:05-07:00",
        "2026-03-02T14:05:00x", "2026-03-02T14:05:00+0700"}) {
    EXPECT_FALSE(SecondsOf(text).has_value()) << text;
  }
}

TEST(MomentTest, CountsMinutesToTheNearest) {
  const char* dose = "2026-03-02T13:30:00-07:00";
  EXPECT_EQ(MinutesBetween(dose, "2026-03-02T14:10:00-07:00"), 40);
  EXPECT_EQ(MinutesBetween(dose, "2026-03-02T13:25:00-07:00"), -5);
  EXPECT_EQ(MinutesBetween(dose, "2026-03-02T13:30:29-07:00"), 0);
  EXPECT_EQ(MinutesBetween(dose, "2026-03-02T13:30:30-07:00"), 1);
  EXPECT_EQ(MinutesBetween(dose, "2026-03-02T13:29:30-07:00"), -1);
  EXPECT_EQ(MinutesBetween(dose, "2026-03-02"), std::nullopt);
}

}  // namespace
}  // namespace kgw::kap
