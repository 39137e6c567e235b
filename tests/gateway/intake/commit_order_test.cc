#include "gateway/intake/commit_order.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace kgw::intake {
namespace {

TEST(CommitOrder, PutsWhatComesMixedIntoOrder) {
  CommitOrder order;
  std::vector<int> passed;
  for (int i : {3, 1, 5, 4, 2}) {
    order.Pass(i, [&passed, i](bool whole) {
      EXPECT_TRUE(whole);
      passed.push_back(i);
    });
  }
  EXPECT_EQ(passed, (std::vector<int>{1, 2, 3, 4, 5}));
}

TEST(CommitOrder, TellsTheRestWhenBroken) {
  CommitOrder order;
  std::vector<bool> wholes;
  order.Pass(2, [&](bool whole) { wholes.push_back(whole); });
  order.Pass(1, [&](bool whole) {
    wholes.push_back(whole);
    order.Break();
  });
  EXPECT_EQ(wholes, (std::vector<bool>{true, false}));
}

TEST(CommitOrder, StaysInOrderFromManyThreads) {
  CommitOrder order;
  std::vector<uint64_t> passed;  // guarded by the order itself
  std::vector<std::thread> threads;
  for (uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (uint64_t i = 0; i < 500; ++i) {
        const uint64_t sequence = i * 4 + t + 1;
        order.Pass(sequence, [&passed, sequence](bool) { passed.push_back(sequence); });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(passed.size(), 2000u);
  for (uint64_t i = 0; i < passed.size(); ++i) ASSERT_EQ(passed[i], i + 1);
}

}  // namespace
}  // namespace kgw::intake
