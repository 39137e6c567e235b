#include "gateway/intake/admission_budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "gateway/base/strings.h"
#include "gateway/base/violation.h"

namespace kgw::intake {
namespace {

constexpr uint64_t kRoomForTwo = 2 * (1000 + AdmissionBudget::kOverhead);

TEST(AdmissionBudget, GivesRoomUntilItIsFull) {
  AdmissionBudget budget(kRoomForTwo);
  auto first = budget.Take("ehr", 1000);
  auto second = budget.Take("ehr", 1000);
  EXPECT_TRUE(first.ok());
  EXPECT_TRUE(second.ok());
  EXPECT_FALSE(budget.Take("ehr", 0).ok());
  first->Release();
  EXPECT_TRUE(budget.Take("ehr", 1000).ok());
}

TEST(AdmissionBudget, GivesBackOnceWhateverIsMoved) {
  AdmissionBudget budget(kRoomForTwo);
  {
    auto first = budget.Take("ehr", 1000);
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
  auto all = budget.Take("ehr", 2 * 1000 + AdmissionBudget::kOverhead);
  ASSERT_TRUE(all.ok());
  std::vector<int> served;
  std::vector<AdmissionBudget::Ticket> kept;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(budget.TakeWhenFree("ehr", 1000, [&, i](AdmissionBudget::Ticket ticket) {
      served.push_back(i);
      kept.push_back(std::move(ticket));
    }));
  }
  EXPECT_TRUE(served.empty());
  all->Release();
  EXPECT_EQ(served, (std::vector<int>{0, 1}));
  // Nobody overtakes who waits.
  EXPECT_FALSE(budget.Take("ehr", 0).ok());
  AdmissionBudget::Ticket first = std::move(kept[0]);
  first.Release();
  EXPECT_EQ(served, (std::vector<int>{0, 1, 2}));
}

TEST(AdmissionBudget, RefusesWhatNeverFits) {
  AdmissionBudget budget(kRoomForTwo);
  EXPECT_FALSE(budget.TakeWhenFree("ehr", kRoomForTwo, [](AdmissionBudget::Ticket) { FAIL(); }));
  EXPECT_TRUE(absl::IsInvalidArgument(budget.Take("ehr", kRoomForTwo).status()));
  EXPECT_EQ(budget.in_use(), 0u);
}

// As when the gateway drains: each record that gets room is refused, which gives the room to the
// next.
TEST(AdmissionBudget, TellsTenThousandWaitersOneAfterTheOther) {
  AdmissionBudget budget(kRoomForTwo);
  auto all = budget.Take("ehr", 2 * 1000 + AdmissionBudget::kOverhead);
  ASSERT_TRUE(all.ok());
  int told = 0;
  int within = 0;
  int deepest = 0;
  constexpr int kWaiters = 10'000;
  for (int i = 0; i < kWaiters; ++i) {
    ASSERT_TRUE(budget.TakeWhenFree("ehr", 1000, [&](AdmissionBudget::Ticket ticket) {
      deepest = std::max(deepest, ++within);
      ++told;
      ticket.Release();
      --within;
    }));
  }
  all->Release();
  EXPECT_EQ(told, kWaiters);
  EXPECT_EQ(deepest, 1);
  EXPECT_EQ(budget.in_use(), 0u);
}

TEST(AdmissionBudget, TellsEveryWaiterWhereManyThreadsGiveBack) {
  AdmissionBudget budget(kRoomForTwo);
  std::atomic<int> told{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i) {
        EXPECT_TRUE(budget.TakeWhenFree("ehr", 1000, [&](AdmissionBudget::Ticket) { ++told; }));
      }
    });
  }
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(told, 4 * 2000);
  EXPECT_EQ(budget.in_use(), 0u);
}

// Room for four records, half of it for one caller.
class SharedBudget : public ::testing::Test {
 protected:
  // A record that waits; who was served is noted, and its room kept.
  void Wait(const std::string& caller, const std::string& name, uint64_t bytes = 1000) {
    EXPECT_TRUE(budget_.TakeWhenFree(caller, bytes, [this, name](AdmissionBudget::Ticket ticket) {
      served_.push_back(name);
      kept_.push_back(std::move(ticket));
    }));
  }
  AdmissionBudget budget_{2 * kRoomForTwo, kRoomForTwo};
  std::vector<std::string> served_;
  std::vector<AdmissionBudget::Ticket> kept_;
};

TEST_F(SharedBudget, OneCallerLeavesRoomForAnother) {
  auto first = budget_.Take("busy", 1000);
  auto second = budget_.Take("busy", 1000);
  const absl::Status refused = budget_.Take("busy", 1000).status();
  EXPECT_TRUE(absl::IsResourceExhausted(refused));
  EXPECT_GT(RetryDelayOf(refused), absl::ZeroDuration());
  EXPECT_THAT(Std(refused.message()), ::testing::HasSubstr("limits.admission_percent_per_caller"));
  EXPECT_TRUE(budget_.Take("quiet", 1000).ok());
  EXPECT_EQ(budget_.refused_of_caller(), 1u);
  EXPECT_EQ(budget_.refused_of_all(), 0u);
  first->Release();
  EXPECT_TRUE(budget_.Take("busy", 1000).ok());
}

// Whichever way it asks: its share may have shrunk since it was told how large a record may be.
TEST_F(SharedBudget, WhoHoldsNothingMayHoldOneRecordBeyondItsShare) {
  constexpr uint64_t kLarge = kRoomForTwo;
  {
    auto large = budget_.Take("busy", kLarge);
    EXPECT_TRUE(large.ok()) << large.status();
    Wait("busy", "large", kLarge);
    EXPECT_TRUE(served_.empty());
  }
  EXPECT_THAT(served_, ::testing::ElementsAre("large"));
  EXPECT_EQ(budget_.in_use(), kLarge + AdmissionBudget::kOverhead);
}

TEST_F(SharedBudget, SaysThatTheWholeIsFull) {
  auto one = budget_.Take("a", 2 * 1000 + AdmissionBudget::kOverhead);
  auto two = budget_.Take("b", 2 * 1000 + AdmissionBudget::kOverhead);
  const absl::Status refused = budget_.Take("c", 0).status();
  EXPECT_TRUE(absl::IsResourceExhausted(refused));
  EXPECT_GT(RetryDelayOf(refused), absl::ZeroDuration());
  EXPECT_THAT(Std(refused.message()), ::testing::HasSubstr("limits.admission_bytes"));
  EXPECT_EQ(budget_.refused_of_all(), 1u);
}

TEST_F(SharedBudget, WhoWaitsForItsOwnShareHoldsNobodyUp) {
  for (int i = 0; i < 3; ++i) Wait("busy", "busy");
  EXPECT_EQ(served_.size(), 2u);
  EXPECT_TRUE(budget_.Take("quiet", 1000).ok());
  Wait("quiet", "quiet");
  EXPECT_EQ(served_, (std::vector<std::string>{"busy", "busy", "quiet"}));
  kept_[0].Release();
  EXPECT_EQ(served_.back(), "busy");
  EXPECT_EQ(served_.size(), 4u);
}

TEST_F(SharedBudget, CallersThatWaitAreServedInTurn) {
  AdmissionBudget::Ticket all[] = {*budget_.Take("x", 1000), *budget_.Take("x", 1000),
                                   *budget_.Take("y", 1000), *budget_.Take("y", 1000)};
  for (int i = 0; i < 2; ++i) Wait("busy", "busy");
  Wait("quiet", "quiet");
  EXPECT_TRUE(served_.empty());
  // Nobody overtakes them either.
  EXPECT_FALSE(budget_.Take("z", 0).ok());
  for (AdmissionBudget::Ticket& each : all) each.Release();
  EXPECT_EQ(served_, (std::vector<std::string>{"busy", "quiet", "busy"}));
}

TEST_F(SharedBudget, ManySmallOnesNeverKeepALargeOneWaiting) {
  AdmissionBudget::Ticket all[] = {*budget_.Take("x", 1000), *budget_.Take("x", 1000),
                                   *budget_.Take("y", 1000), *budget_.Take("y", 1000)};
  Wait("large", "large", 2 * 1000 + AdmissionBudget::kOverhead);
  Wait("small", "small", 0);
  all[0].Release();
  EXPECT_TRUE(served_.empty());
  all[1].Release();
  EXPECT_EQ(served_, (std::vector<std::string>{"large"}));
}

TEST_F(SharedBudget, AShareChangesWhileItIsUsed) {
  for (int i = 0; i < 3; ++i) Wait("busy", "busy");
  EXPECT_EQ(served_.size(), 2u);
  budget_.SetCallerBytes(2 * kRoomForTwo);
  EXPECT_EQ(served_.size(), 3u);
  budget_.SetCallerBytes(kRoomForTwo / 2);
  EXPECT_FALSE(budget_.Take("busy", 1000).ok());
  kept_.clear();
  EXPECT_TRUE(budget_.Take("busy", 1000).ok());
  EXPECT_EQ(budget_.in_use(), 0u);
}

}  // namespace
}  // namespace kgw::intake
