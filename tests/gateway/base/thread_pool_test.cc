#include "gateway/base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <latch>
#include <memory>
#include <string>
#include <vector>

namespace kgw {
namespace {

TEST(ThreadPoolTest, RunsWhatIsPostedBeforeItEnds) {
  std::atomic<int> ran{0};
  {
    ThreadPool pool(2);
    for (int i = 0; i < 1000; ++i) pool.Post([&ran] { ++ran; });
  }
  EXPECT_EQ(ran, 1000);
}

TEST(ThreadPoolTest, RunsAlsoWhatItsTasksPostWhileItEnds) {
  std::atomic<int> ran{0};
  {
    ThreadPool pool(2);
    pool.Post([&] {
      pool.Post([&] {
        pool.Post([&ran] { ++ran; });
        ++ran;
      });
      ++ran;
    });
  }
  EXPECT_EQ(ran, 3);
}

TEST(ThreadPoolTest, GrowsToItsLimitAndNoFurther) {
  constexpr int kThreads = 3;
  std::latch together(kThreads);  // opens only when all of them run at once
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  {
    ThreadPool pool(kThreads);
    for (int i = 0; i < 4 * kThreads; ++i) {
      pool.Post([&, i] {
        const int now = ++running;
        int before = most.load();
        while (now > before && !most.compare_exchange_weak(before, now)) {
        }
        if (i < kThreads) together.arrive_and_wait();
        --running;
      });
    }
  }
  EXPECT_EQ(most, kThreads);
}

TEST(ThreadPoolTest, OneThreadTakesTasksInTheirOrder) {
  std::string order;
  {
    ThreadPool pool(1);
    for (const char letter : std::string("abcdef"))
      pool.Post([&order, letter] { order += letter; });
  }
  EXPECT_EQ(order, "abcdef");
}

TEST(ThreadPoolTest, NothingRunsBeforeItsDelayHasPassed) {
  for (const absl::Duration delay :
       {absl::Milliseconds(20), absl::Milliseconds(1), absl::ZeroDuration(), -absl::Hours(1),
        -absl::InfiniteDuration()}) {
    std::promise<std::chrono::steady_clock::time_point> ran;
    ThreadPool pool(1);
    const auto posted = std::chrono::steady_clock::now();
    pool.PostAfter(absl::Hours(1), [] {});  // one that is due earlier is not kept by it
    pool.PostAfter(delay, [&ran] { ran.set_value(std::chrono::steady_clock::now()); });
    EXPECT_GE(absl::FromChrono(ran.get_future().get() - posted), delay);
  }
}

TEST(ThreadPoolTest, DropsWhatIsNotDueWhenItEndsAndLetsGoOfWhatItHolds) {
  auto held = std::make_shared<int>(0);
  {
    ThreadPool pool(1);
    pool.PostAfter(absl::Hours(1), [held] { ++*held; });
    pool.PostAfter(absl::InfiniteDuration(), [held] { ++*held; });
  }
  EXPECT_EQ(*held, 0);
  EXPECT_EQ(held.use_count(), 1);
}

TEST(ThreadPoolTest, AThreadLetsGoOfATaskBeforeItWaits) {
  auto held = std::make_shared<std::promise<void>>();
  std::weak_ptr<std::promise<void>> watched = held;
  auto done = held->get_future();
  ThreadPool pool(1);
  pool.Post([held = std::move(held)] { held->set_value(); });
  done.wait();
  std::promise<void> after;
  pool.Post([&after] { after.set_value(); });
  after.get_future().wait();
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace kgw
