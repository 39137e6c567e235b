#include "gateway/server/workers.h"

#include <utility>

namespace kgw::server {

Workers::Workers(size_t threads, size_t max_waiting)
    : max_waiting_(max_waiting), pool_(std::make_unique<ThreadPool>(threads)) {}

Workers::~Workers() { Stop(); }

bool Workers::Post(std::function<void()> job) {
  MutexLock lock(mutex_);
  if (pool_ == nullptr || waiting_ >= max_waiting_) return false;
  ++waiting_;
  pool_->Post([this, job = std::move(job)] {
    {
      MutexLock begun(mutex_);
      --waiting_;
    }
    job();
  });
  return true;
}

void Workers::Stop() {
  std::unique_ptr<ThreadPool> pool;
  {
    MutexLock lock(mutex_);
    pool = std::move(pool_);
  }
  pool.reset();  // runs what waits, which takes the mutex
}

}  // namespace kgw::server
