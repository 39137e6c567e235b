#ifndef GATEWAY_SERVER_WORKERS_H_
#define GATEWAY_SERVER_WORKERS_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

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
  void Run();

  const size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_WORKERS_H_
