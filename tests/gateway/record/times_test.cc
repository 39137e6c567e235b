#include "gateway/record/times.h"

#include <gtest/gtest.h>

namespace kgw::record {
namespace {

Moment At(const char* text) {
  const auto moment = ParseDateTime(text);
  EXPECT_TRUE(moment.has_value()) << text;
  return moment.value_or(Moment{});
}

TEST(TimesTest, CountsFromTheEpoch) {
  EXPECT_EQ(At("1970-01-01T00:00:00Z").earliest, 0);
  EXPECT_EQ(At("1970-01-01T01:00:00+01:00").earliest, 0);
  EXPECT_EQ(At("1969-12-31T17:00:00-07:00").earliest, 0);
  EXPECT_EQ(At("2026-03-02T16:30:00.25Z").earliest, 1772469000);
  EXPECT_EQ(At("2026-03-02T16:30:00.25Z").nanos, 250000000);
}

TEST(TimesTest, ComparesWithWhatIsKnown) {
  EXPECT_TRUE(SurelyAfter(At("2026-03-02T10:00:00Z"), At("2026-03-02T09:59:59Z")));
  EXPECT_FALSE(SurelyAfter(At("2026-03-02T10:00:00Z"), At("2026-03-02T12:00:00+02:00")));
  EXPECT_TRUE(SurelyAfter(At("2026-03-02T10:00:00.5Z"), At("2026-03-02T10:00:00.4Z")));
  EXPECT_TRUE(SurelyAfter(At("2026"), At("2025")));
  EXPECT_TRUE(SurelyAfter(At("2026-03-03"), At("2026-03-02")));
  EXPECT_TRUE(SurelyAfter(At("2026-03-05"), At("2026-03-02T23:59:59Z")));
  // The same day, or a day that has begun elsewhere.
  EXPECT_FALSE(SurelyAfter(At("2026-03-02"), At("2026-03-02T00:00:00Z")));
  EXPECT_FALSE(SurelyAfter(At("2026"), At("2026-02")));
  EXPECT_FALSE(SurelyAfter(At("2026-03-03"), At("2026-03-02T23:00:00-10:00")));
}

}  // namespace
}  // namespace kgw::record
