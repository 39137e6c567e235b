// What may leave is asked again before each attempt.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gateway/delivery/world.h"
#include "tests/gateway/privacy/release_matrix.h"

namespace kgw::delivery {
namespace {

using store::DeliveryState;
using ::testing::HasSubstr;

store::Unit UnitOf(bool test_data) {
  store::Unit unit;
  unit.key = {{privacy::MatrixName(), 1}, store::kEhr};
  unit.resources = {{"Observation/a", "a", R"({"resourceType":"Observation","id":"a"})"}};
  unit.test_data = test_data;
  return unit;
}

TEST_F(EngineTest, AnAttemptReachesTheConnectorOnlyWhereTheRecordMayGo) {
  for (const privacy::ReleaseCase& each : privacy::ReleaseMatrix(store::kEhr)) {
    destination_.route = each.route;
    const size_t before = connector_->attempts().size();
    const AttemptResult result =
        Attempt(UnitOf(each.test_data), destination_, *store_, clock_, random_);
    const bool allowed = each.expected == privacy::ReleaseVerdict::kAllowed;
    EXPECT_EQ(result.called, allowed) << each.what;
    EXPECT_EQ(connector_->attempts().size(), before + (allowed ? 1 : 0)) << each.what;
    if (allowed) continue;
    EXPECT_EQ(result.verdict.end.state, DeliveryState::kWithheld) << each.what;
    EXPECT_EQ(result.verdict.end.error.error_class, store::ErrorClass::kWithheld) << each.what;
    if (each.expected == privacy::ReleaseVerdict::kNotTaken) {
      EXPECT_THAT(result.verdict.end.error.text, HasSubstr("any more")) << each.what;
    }
  }
}

// A delivery may be older than the route.
TEST_F(EngineTest, WhatTheRouteNoLongerTakesDoesNotLeave) {
  const RecordKey key = Add("S-1");
  destination_.route.tenants = {"other-clinic"};
  Start();
  ASSERT_TRUE(Becomes(key, DeliveryState::kWithheld));
  EXPECT_EQ(Row(key).error.text, "the destination's route does not take this tenant any more");
  destination_.route.tenants.clear();
  destination_.route.record_types = {"Patient"};
  engine_->Configure({destination_});
  const RecordKey other = Add("S-2", "P-2");
  ASSERT_TRUE(Becomes(other, DeliveryState::kWithheld));
  EXPECT_EQ(Row(other).error.text, "the destination's route does not take this type any more");
  EXPECT_TRUE(connector_->attempts().empty());
}

}  // namespace
}  // namespace kgw::delivery
