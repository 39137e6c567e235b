#ifndef GATEWAY_BASE_THREAD_POOL_H_
#define GATEWAY_BASE_THREAD_POOL_H_

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/executor.h"
#include "gateway/base/mutex.h"

namespace kgw {

// An executor of threads. A thread is made when a task finds none idle, up to `most_threads`; what
// then waits is taken in the order in which it was posted or fell due. One more thread, made with
// the first delay, watches the times.
class ThreadPool final : public Executor {
 public:
  explicit ThreadPool(size_t most_threads);
  // Runs what was posted, drops what is delayed and not due yet, joins.
  ~ThreadPool() override;
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  void Post(std::function<void()> task) override;
  void PostAfter(absl::Duration delay, std::function<void()> task) override;

 private:
  using Due = std::chrono::steady_clock::time_point;

  void Add(std::function<void()> task) KGW_REQUIRES(mutex_);
  void Work();
  void WatchTimes();

  const size_t most_threads_;
  Mutex mutex_;
  ConditionVariable work_;
  ConditionVariable times_;
  std::deque<std::function<void()>> tasks_ KGW_GUARDED_BY(mutex_);
  std::multimap<Due, std::function<void()>> delayed_ KGW_GUARDED_BY(mutex_);
  size_t idle_ KGW_GUARDED_BY(mutex_) = 0;
  bool stopping_ KGW_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_ KGW_GUARDED_BY(mutex_);
  std::thread timer_ KGW_GUARDED_BY(mutex_);
};

}  // namespace kgw

#endif  // GATEWAY_BASE_THREAD_POOL_H_
