#include "gateway/main/parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kgw::main {
namespace {

using ::testing::HasSubstr;

delivery::EgressVerdict Ask(const delivery::DestinationRuntime& destination) {
  store::Unit unit;
  unit.key.record.name = {"clinic-b", "kap-ehr", "Session", "S-1"};
  return PrivacyEgress().MayLeave(unit, destination);
}

// A delivery may be older than the route.
TEST(PrivacyEgress, WhatTheRouteNoLongerTakesDoesNotLeave) {
  delivery::DestinationRuntime destination;
  EXPECT_TRUE(Ask(destination).leaves);
  destination.tenants = {"clinic-a"};
  EXPECT_FALSE(Ask(destination).leaves);
  EXPECT_THAT(Ask(destination).why, HasSubstr("tenant"));
  destination.tenants = {"clinic-a", "clinic-b"};
  destination.record_types = {"Patient"};
  EXPECT_FALSE(Ask(destination).leaves);
  EXPECT_THAT(Ask(destination).why, HasSubstr("type"));
  destination.record_types = {"Patient", "Session"};
  EXPECT_TRUE(Ask(destination).leaves);
}

}  // namespace
}  // namespace kgw::main
