#include "gateway/store/rules/shares.h"

#include "gtest/gtest.h"

namespace kgw::store {
namespace {

TEST(Shares, TenantsAreAskedFirstInTurn) {
  const std::vector<int> tenants = {1, 2, 3};
  EXPECT_EQ(InTurn(tenants, 0), (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(InTurn(tenants, 4), (std::vector<int>{2, 3, 1}));
  EXPECT_TRUE(InTurn(std::vector<int>{}, 4).empty());
}

TEST(Shares, PlacesAreDividedAndNobodyGetsNone) {
  EXPECT_EQ(ShareOf(9, 3), 3u);
  EXPECT_EQ(ShareOf(2, 3), 1u);
  EXPECT_EQ(ShareOf(5, 0), 5u);
}

TEST(Shares, HalfIsForWhatWasTriedAndAnOddPlaceChangesHands) {
  EXPECT_EQ(PlacesForTried(4, 0, 1), 2u);
  EXPECT_EQ(PlacesForTried(5, 0, 1), 3u);
  EXPECT_EQ(PlacesForTried(5, 1, 1), 2u);
  EXPECT_EQ(PlacesForTried(1, 0, 1) + PlacesForTried(1, 1, 1), 1u);
  // Each tenant has had its turn before the place changes hands.
  EXPECT_EQ(PlacesForTried(1, 1, 2), 1u);
  EXPECT_EQ(PlacesForTried(1, 2, 2), 0u);
}

}  // namespace
}  // namespace kgw::store
