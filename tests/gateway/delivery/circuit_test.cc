#include "gateway/delivery/circuit.h"

#include <gtest/gtest.h>

namespace kgw::delivery {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr CircuitSettings kSettings{3, absl::Seconds(10), absl::Seconds(30)};

TEST(CircuitTest, OpensAfterFailuresInARow) {
  Circuit circuit(kSettings);
  EXPECT_FALSE(circuit.OnUnavailable(0));
  EXPECT_FALSE(circuit.OnUnavailable(0));
  circuit.OnAnswer();
  EXPECT_FALSE(circuit.OnUnavailable(0));
  EXPECT_FALSE(circuit.OnUnavailable(0));
  EXPECT_EQ(circuit.Allowed(4, 0), 4);
  EXPECT_TRUE(circuit.OnUnavailable(0));
  EXPECT_EQ(circuit.Allowed(4, 0), 0);
  EXPECT_EQ(circuit.Allowed(4, 10 * kSecond - 1), 0);
}

TEST(CircuitTest, OneProbeDecides) {
  Circuit circuit(kSettings);
  for (int i = 0; i < 3; ++i) circuit.OnUnavailable(0);
  EXPECT_EQ(circuit.Allowed(4, 10 * kSecond), 1);
  circuit.OnStart();
  EXPECT_EQ(circuit.Allowed(4, 10 * kSecond), 0);
  EXPECT_TRUE(circuit.OnAnswer());
  EXPECT_EQ(circuit.Allowed(4, 10 * kSecond), 4);
}

TEST(CircuitTest, AFailedProbeOpensItForTwiceAsLongUpToTheMost) {
  Circuit circuit(kSettings);
  for (int i = 0; i < 3; ++i) circuit.OnUnavailable(0);
  int64_t now = 10 * kSecond;
  for (const int64_t seconds : {20, 30, 30}) {
    ASSERT_EQ(circuit.Allowed(1, now), 1);
    circuit.OnStart();
    EXPECT_TRUE(circuit.OnUnavailable(now));
    EXPECT_EQ(circuit.closed_until(), now + seconds * kSecond);
    now = circuit.closed_until();
  }
}

TEST(CircuitTest, StragglersFromBeforeItOpenedDoNotLengthenIt) {
  Circuit circuit(kSettings);
  for (int i = 0; i < 8; ++i) circuit.OnUnavailable(0);
  EXPECT_EQ(circuit.closed_until(), 10 * kSecond);
}

TEST(CircuitTest, AProbeThatAskedNobodyLeavesRoomForTheNext) {
  Circuit circuit(kSettings);
  for (int i = 0; i < 3; ++i) circuit.OnUnavailable(0);
  circuit.OnStart();
  circuit.OnNotAsked();
  EXPECT_EQ(circuit.Allowed(4, 10 * kSecond), 1);
}

TEST(CircuitTest, APauseIsKeptWithoutOpening) {
  Circuit circuit(kSettings);
  circuit.Pause(5 * kSecond);
  circuit.Pause(3 * kSecond);
  EXPECT_EQ(circuit.Allowed(4, 5 * kSecond - 1), 0);
  EXPECT_EQ(circuit.Allowed(4, 5 * kSecond), 4);
  EXPECT_FALSE(circuit.open());
}

}  // namespace
}  // namespace kgw::delivery
