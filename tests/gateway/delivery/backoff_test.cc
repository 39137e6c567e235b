#include "gateway/delivery/backoff.h"

#include <gtest/gtest.h>

namespace kgw::delivery {
namespace {

class Fixed : public Random {
 public:
  explicit Fixed(double value) : value_(value) {}
  double Draw() override { return value_; }

 private:
  double value_;
};

TEST(BackoffTest, TheCeilingDoublesToTheMaximumAndTheWaitIsDrawnBelowIt) {
  const Backoff backoff{absl::Seconds(1), absl::Seconds(10)};
  Fixed half(0.5);
  Fixed none(0.0);
  const int seconds[] = {1, 2, 4, 8, 10, 10};
  for (int attempt = 1; attempt <= 6; ++attempt) {
    EXPECT_EQ(WaitAfter(attempt, backoff, absl::ZeroDuration(), half),
              absl::Seconds(seconds[attempt - 1]) / 2);
    EXPECT_EQ(WaitAfter(attempt, backoff, absl::ZeroDuration(), none), absl::ZeroDuration());
  }
  EXPECT_EQ(WaitAfter(2'000'000'000, backoff, absl::ZeroDuration(), half), absl::Seconds(5));
}

TEST(BackoffTest, WhatTheFarSideAskedForIsTheLeast) {
  Fixed half(0.5);
  EXPECT_EQ(WaitAfter(1, {}, absl::Seconds(30), half), absl::Milliseconds(30500));
  EXPECT_EQ(WaitAfter(1, {}, absl::InfiniteDuration(), half),
            kLongestRetryAfter + absl::Milliseconds(500));
  EXPECT_EQ(WaitAfter(1, {}, -absl::Hours(1), half), absl::Milliseconds(500));
}

TEST(BackoffTest, ChanceIsEvenAndRepeatsForASeed) {
  SeededRandom a(7), b(7);
  double sum = 0;
  for (int i = 0; i < 1000; ++i) {
    const double drawn = a.Draw();
    EXPECT_EQ(drawn, b.Draw());
    EXPECT_GE(drawn, 0.0);
    EXPECT_LT(drawn, 1.0);
    sum += drawn;
  }
  EXPECT_NEAR(sum / 1000, 0.5, 0.05);
}

}  // namespace
}  // namespace kgw::delivery
