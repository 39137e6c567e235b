#include "gateway/server/admission_budget.h"

#include <gtest/gtest.h>

#include <vector>

namespace kgw::server {
namespace {

constexpr uint64_t kRoomForTwo = 2 * (1000 + AdmissionBudget::kOverhead);

TEST(AdmissionBudget, GivesRoomUntilItIsFull) {
  AdmissionBudget budget(kRoomForTwo);
  auto first = budget.Take(1000);
  auto second = budget.Take(1000);
  EXPECT_TRUE(first.has_value());
  EXPECT_TRUE(second.has_value());
  EXPECT_FALSE(budget.Take(0).has_value());
  first.reset();
  EXPECT_TRUE(budget.Take(1000).has_value());
}

TEST(AdmissionBudget, GivesBackOnceWhateverIsMoved) {
  AdmissionBudget budget(kRoomForTwo);
  {
    auto first = budget.Take(1000);
    AdmissionBudget::Ticket moved = *std::move(first);
    AdmissionBudget::Ticket other;
    other = std::move(moved);
    other.Release();
    other.Release();
  }
  EXPECT_EQ(budget.in_use(), 0u);
}

TEST(AdmissionBudget, ServesWaitersInOrder) {
  AdmissionBudget budget(kRoomForTwo);
  auto all = budget.Take(2 * 1000 + AdmissionBudget::kOverhead);
  ASSERT_TRUE(all.has_value());
  std::vector<int> served;
  std::vector<AdmissionBudget::Ticket> kept;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(budget.TakeWhenFree(1000, [&, i](AdmissionBudget::Ticket ticket) {
      served.push_back(i);
      kept.push_back(std::move(ticket));
    }));
  }
  EXPECT_TRUE(served.empty());
  all.reset();
  EXPECT_EQ(served, (std::vector<int>{0, 1}));
  // Nobody overtakes who waits.
  EXPECT_FALSE(budget.Take(0).has_value());
  AdmissionBudget::Ticket first = std::move(kept[0]);
  first.Release();
  EXPECT_EQ(served, (std::vector<int>{0, 1, 2}));
}

TEST(AdmissionBudget, RefusesWhatNeverFits) {
  AdmissionBudget budget(kRoomForTwo);
  EXPECT_FALSE(budget.TakeWhenFree(kRoomForTwo, [](AdmissionBudget::Ticket) { FAIL(); }));
}

}  // namespace
}  // namespace kgw::server
