#include "gateway/main/meters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kgw::main {
namespace {

using ::testing::HasSubstr;

delivery::AttemptReport Attempt(absl::Duration took, bool called) {
  delivery::AttemptReport report;
  report.destination = "ehr";
  report.took = took;
  report.called = called;
  return report;
}

TEST(Meters, AttemptsAreToldApartUpToTwoMinutes) {
  Metrics metrics;
  Meters meters(metrics);
  meters.OnAttempt(Attempt(absl::Seconds(61), true));
  const std::string text = metrics.Render();
  const std::string bucket = "kgw_delivery_attempt_seconds_bucket{destination=\"ehr\",le=";
  EXPECT_THAT(text, HasSubstr(bucket + "\"0.0001\"} 0\n"));
  EXPECT_THAT(text, HasSubstr(bucket + "\"60\"} 0\n"));
  EXPECT_THAT(text, HasSubstr(bucket + "\"120\"} 1\n"));
}

TEST(Meters, WhatNeverReachedTheConnectorIsNoAttempt) {
  Metrics metrics;
  Meters meters(metrics);
  meters.OnAttempt(Attempt(absl::Seconds(1), false));
  EXPECT_THAT(metrics.Render(), ::testing::Not(HasSubstr("kgw_delivery")));
}

}  // namespace
}  // namespace kgw::main
