#include "gateway/base/mutex.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace kgw {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

static_assert(sizeof(Mutex) == sizeof(std::mutex));
static_assert(sizeof(MutexLock) == sizeof(std::unique_lock<std::mutex>));

class Mailbox {
 public:
  void Put(int letters) KGW_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    letters_ += letters;
    changed_.NotifyAll();
  }
  int TakeAll() KGW_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    changed_.Wait(lock, [this]() KGW_REQUIRES(mutex_) { return letters_ != 0; });
    return Empty();
  }
  // 0 when none came in that time.
  int TakeWithin(milliseconds time) KGW_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    const bool some =
        changed_.WaitFor(lock, time, [this]() KGW_REQUIRES(mutex_) { return letters_ != 0; });
    return some ? Empty() : 0;
  }
  int TakeUntil(steady_clock::time_point end) KGW_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    while (letters_ == 0) {
      if (!changed_.WaitUntil(lock, end)) break;
    }
    return Empty();
  }

 private:
  int Empty() KGW_REQUIRES(mutex_) { return std::exchange(letters_, 0); }

  Mutex mutex_;
  ConditionVariable changed_;
  int letters_ KGW_GUARDED_BY(mutex_) = 0;
};

TEST(Mutex, ThreadsLoseNothing) {
  Mutex mutex;
  int count = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) {
        MutexLock lock(mutex);
        ++count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, 40'000);
}

TEST(Mutex, IsFreeWhileItsLockIsUnlocked) {
  Mutex mutex;
  int count = 0;
  MutexLock lock(mutex);
  lock.Unlock();
  std::thread([&] {
    MutexLock other(mutex);
    ++count;
  }).join();
  lock.Lock();
  EXPECT_EQ(count, 1);
}

TEST(Mutex, IsFreeUnderAMutexUnlock) {
  Mutex mutex;
  int count = 0;
  MutexLock lock(mutex);
  {
    MutexUnlock unlocked(mutex);
    std::thread([&] {
      MutexLock other(mutex);
      ++count;
    }).join();
  }
  std::thread late([&] {
    MutexLock other(mutex);
    ++count;
  });
  EXPECT_EQ(count, 1);
  lock.Unlock();
  late.join();
}

TEST(ConditionVariable, WakesWhoWaits) {
  Mailbox mailbox;
  std::thread sender([&mailbox] { mailbox.Put(3); });
  EXPECT_EQ(mailbox.TakeAll(), 3);
  sender.join();
}

TEST(ConditionVariable, WaitsNoLongerThanAsked) {
  Mailbox mailbox;
  EXPECT_EQ(mailbox.TakeWithin(milliseconds(1)), 0);
  EXPECT_EQ(mailbox.TakeUntil(steady_clock::now()), 0);
  mailbox.Put(2);
  EXPECT_EQ(mailbox.TakeWithin(milliseconds(1)), 2);
  mailbox.Put(1);
  EXPECT_EQ(mailbox.TakeUntil(steady_clock::now()), 1);
}

}  // namespace
}  // namespace kgw
