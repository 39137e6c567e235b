#ifndef GATEWAY_SERVER_WORKERS_H_
#define GATEWAY_SERVER_WORKERS_H_

#include <cstddef>
#include <functional>
#include <memory>

#include "gateway/base/mutex.h"
#include "gateway/base/thread_pool.h"

namespace kgw::server {

// Threads for calls that read the store or ask a far side, so that gRPC's own never wait. Bounded;
// safe from any thread. The destructor finishes what was accepted.
class Workers {
 public:
  Workers(size_t threads, size_t max_waiting);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // False when too much waits already, or after Stop; the job then never runs.
  bool Post(std::function<void()> job);
  // Accepts nothing more, runs what waits, joins.
  void Stop();

 private:
  const size_t max_waiting_;
  Mutex mutex_;
  size_t waiting_ KGW_GUARDED_BY(mutex_) = 0;
  std::unique_ptr<ThreadPool> pool_ KGW_GUARDED_BY(mutex_);  // none after Stop
};

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_WORKERS_H_
