#ifndef GATEWAY_BASE_MUTEX_H_
#define GATEWAY_BASE_MUTEX_H_

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

// What a mutex guards is written beside it, and clang refuses (-Wthread-safety) code that touches
// it without the mutex:
//
//   size_t Waiting() const KGW_EXCLUDES(mutex_) {
//     MutexLock lock(mutex_);
//     return queue_.size();
//   }
//   void TakeFirst() KGW_REQUIRES(mutex_);
//   mutable Mutex mutex_;
//   std::deque<Job> queue_ KGW_GUARDED_BY(mutex_);
//
// A lambda is a function of its own to clang: one that touches guarded members says so between its
// parameters and its body, as in [this]() KGW_REQUIRES(mutex_) { return !queue_.empty(); }.
#if defined(__clang__)
#define KGW_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define KGW_THREAD_ATTRIBUTE(x)
#endif

// On a member: read and written only under the mutex; the second is for what a pointer points to.
#define KGW_GUARDED_BY(mutex) KGW_THREAD_ATTRIBUTE(guarded_by(mutex))
#define KGW_PT_GUARDED_BY(mutex) KGW_THREAD_ATTRIBUTE(pt_guarded_by(mutex))
// On a function: its caller holds the mutex, or must not hold it because the function takes it.
#define KGW_REQUIRES(...) KGW_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define KGW_EXCLUDES(...) KGW_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
// On a function that locks or unlocks for its caller.
#define KGW_ACQUIRE(...) KGW_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define KGW_RELEASE(...) KGW_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
// On a function that clang cannot follow, with the reason in a comment.
#define KGW_NO_THREAD_SAFETY_ANALYSIS KGW_THREAD_ATTRIBUTE(no_thread_safety_analysis)

namespace kgw {

// A std::mutex, so that the thread sanitizer knows it, that clang knows too. Held through
// MutexLock.
class KGW_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

 private:
  friend class MutexLock;
  friend class MutexUnlock;
  std::mutex mutex_;
};

// Holds a mutex until its end. Unlock and Lock, in turns, let go of it in between; a lock that ends
// unlocked is fine. For one thread.
class KGW_THREAD_ATTRIBUTE(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) KGW_ACQUIRE(mutex) : lock_(mutex.mutex_) {}
  ~MutexLock() KGW_RELEASE() = default;
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  void Unlock() KGW_RELEASE() { lock_.unlock(); }
  void Lock() KGW_ACQUIRE() { lock_.lock(); }

 private:
  friend class ConditionVariable;
  std::unique_lock<std::mutex> lock_;
};

// In a function whose caller holds the mutex: lets go of it, and holds it again from its end on.
class KGW_THREAD_ATTRIBUTE(scoped_lockable) MutexUnlock {
 public:
  explicit MutexUnlock(Mutex& mutex) KGW_RELEASE(mutex) : mutex_(mutex.mutex_) { mutex_.unlock(); }
  ~MutexUnlock() KGW_RELEASE() { mutex_.lock(); }
  MutexUnlock(const MutexUnlock&) = delete;
  MutexUnlock& operator=(const MutexUnlock&) = delete;

 private:
  std::mutex& mutex_;
};

// Waits under a held lock, which is free while it waits. Without a condition a wait may also end
// for no reason, so it stands in a loop. Any thread may notify, with or without the mutex.
class ConditionVariable {
 public:
  void Wait(MutexLock& lock) { condition_.wait(lock.lock_); }
  template <typename Condition>
  void Wait(MutexLock& lock, Condition condition) {
    condition_.wait(lock.lock_, std::move(condition));
  }

  // Whether the condition held, at the latest when the time was over; without a condition, whether
  // the wait ended before that.
  template <typename Rep, typename Period>
  bool WaitFor(MutexLock& lock, std::chrono::duration<Rep, Period> time) {
    return condition_.wait_for(lock.lock_, time) == std::cv_status::no_timeout;
  }
  template <typename Rep, typename Period, typename Condition>
  bool WaitFor(MutexLock& lock, std::chrono::duration<Rep, Period> time, Condition condition) {
    return condition_.wait_for(lock.lock_, time, std::move(condition));
  }
  template <typename Clock, typename Duration>
  bool WaitUntil(MutexLock& lock, std::chrono::time_point<Clock, Duration> end) {
    return condition_.wait_until(lock.lock_, end) == std::cv_status::no_timeout;
  }
  template <typename Clock, typename Duration, typename Condition>
  bool WaitUntil(MutexLock& lock, std::chrono::time_point<Clock, Duration> end,
                 Condition condition) {
    return condition_.wait_until(lock.lock_, end, std::move(condition));
  }

  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace kgw

#endif  // GATEWAY_BASE_MUTEX_H_
