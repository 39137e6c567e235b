#include "gateway/base/thread_pool.h"

#include <algorithm>
#include <utility>

namespace kgw {
namespace {

// Longer delays would overflow the clock's own type.
constexpr absl::Duration kLongestDelay = absl::Hours(24 * 365);

}  // namespace

ThreadPool::ThreadPool(size_t most_threads) : most_threads_(std::max<size_t>(most_threads, 1)) {}

ThreadPool::~ThreadPool() {
  std::vector<std::thread> threads;
  std::thread timer;
  // Let go of without the mutex: what a task holds may post another when it goes.
  std::multimap<Due, std::function<void()>> dropped;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    dropped.swap(delayed_);
    timer.swap(timer_);
  }
  times_.NotifyAll();
  if (timer.joinable()) timer.join();
  {
    // A task that still runs may have posted another, and that one made a thread.
    MutexLock lock(mutex_);
    threads.swap(threads_);
  }
  work_.NotifyAll();
  for (std::thread& thread : threads) thread.join();
}

void ThreadPool::Post(std::function<void()> task) {
  MutexLock lock(mutex_);
  Add(std::move(task));
}

void ThreadPool::PostAfter(absl::Duration delay, std::function<void()> task) {
  const Due due = std::chrono::steady_clock::now() +
                  absl::ToChronoNanoseconds(std::clamp(delay, absl::ZeroDuration(), kLongestDelay));
  MutexLock lock(mutex_);
  if (stopping_) return;
  const bool first = delayed_.empty() || due < delayed_.begin()->first;
  delayed_.emplace(due, std::move(task));
  if (!timer_.joinable()) timer_ = std::thread([this] { WatchTimes(); });
  if (first) times_.NotifyOne();
}

void ThreadPool::Add(std::function<void()> task) {
  tasks_.push_back(std::move(task));
  if (idle_ >= tasks_.size()) {
    work_.NotifyOne();
  } else if (threads_.size() < most_threads_ && !stopping_) {
    threads_.emplace_back([this] { Work(); });
  }
}

void ThreadPool::Work() {
  MutexLock lock(mutex_);
  while (true) {
    while (tasks_.empty() && !stopping_) {
      ++idle_;
      work_.Wait(lock);
      --idle_;
    }
    if (tasks_.empty()) return;
    std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.Unlock();
    task();
    task = nullptr;  // what it holds goes before the thread waits again
    lock.Lock();
  }
}

void ThreadPool::WatchTimes() {
  MutexLock lock(mutex_);
  while (!stopping_) {
    if (delayed_.empty()) {
      times_.Wait(lock);
    } else if (delayed_.begin()->first > std::chrono::steady_clock::now()) {
      const Due due = delayed_.begin()->first;
      times_.WaitUntil(lock, due);
    } else {
      Add(std::move(delayed_.begin()->second));
      delayed_.erase(delayed_.begin());
    }
  }
}

}  // namespace kgw
