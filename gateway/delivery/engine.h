#ifndef GATEWAY_DELIVERY_ENGINE_H_
#define GATEWAY_DELIVERY_ENGINE_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/delivery/attempt.h"
#include "gateway/delivery/backoff.h"
#include "gateway/delivery/circuit.h"
#include "gateway/delivery/destination.h"
#include "gateway/delivery/observer.h"
#include "gateway/store/store.h"

namespace kgw::delivery {

// What a far side said it can do.
struct ProbeReport {
  absl::Status status;
  std::string report_json;  // application/vnd.kgw.probe+json; empty when it did not answer
  std::vector<plugin::PluginIssue> issues;
};

// Carries claimed deliveries to their destinations: one thread claims, a pool makes the attempts,
// each destination has its own cap, backoff and circuit breaker. A delivery is claimed only when a
// thread is free for it, so nothing queues in memory. Order within a lane is the store's doing.
//
// Safe from any thread. `store`, `clock`, `random` and `observer` are borrowed and must outlive
// the engine.
class DeliveryEngine {
 public:
  struct Dependencies {
    store::Store* store = nullptr;
    const Clock* clock = nullptr;
    Random* random = nullptr;
    Observer* observer = nullptr;
  };

  DeliveryEngine(Dependencies dependencies, std::vector<DestinationRuntime> destinations);
  // Stops, waiting for attempts that run however long they take (each has its time-out).
  ~DeliveryEngine();
  DeliveryEngine(const DeliveryEngine&) = delete;
  DeliveryEngine& operator=(const DeliveryEngine&) = delete;

  // Takes the store's OnDeliveriesDue for itself. Once.
  void Start();
  // Claims nothing more and waits for the attempts that run. DEADLINE_EXCEEDED when some still run
  // after `drain`: they are in flight in the store and pending again when it is next opened.
  absl::Status Stop(absl::Duration drain);
  // Looks for due deliveries now, e.g. after an operator's retry.
  void Wake();
  // Replaces the destinations; attempts that run finish with what they began with. A destination
  // that stays keeps its circuit and counters.
  void Configure(std::vector<DestinationRuntime> destinations);

  // In the order of the configuration.
  std::vector<DestinationStatus> Snapshot() const;
  // Asks a destination what it can do, on the caller's thread. NOT_FOUND for an unknown name,
  // FAILED_PRECONDITION when its plug-in was refused.
  ProbeReport Probe(std::string_view destination);

 private:
  struct Road;  // a destination and its state
  struct Job {
    std::shared_ptr<Road> road;
    std::shared_ptr<const DestinationRuntime> destination;
    store::Unit unit;
  };

  void Dispatch();
  void Work();
  // Claims for every destination that has room; returns how long to sleep.
  absl::Duration ClaimAll();
  absl::Duration ClaimFor(const std::shared_ptr<Road>& lane);
  void Run(const Job& job);
  void Account(const Job& job, const AttemptResult& result, absl::Duration took);
  void End(const Job& job, const store::AttemptEnd& end);
  void GrowPool(std::unique_lock<std::mutex>& lock);
  std::shared_ptr<Road> FindRoad(std::string_view name) const;

  Dependencies dependencies_;
  mutable std::mutex mutex_;
  std::condition_variable dispatcher_wakes_;
  std::condition_variable worker_wakes_;
  std::condition_variable drained_;
  std::vector<std::shared_ptr<Road>> roads_;
  std::deque<Job> jobs_;
  std::vector<std::thread> workers_;
  std::thread dispatcher_;
  int busy_ = 0;  // jobs queued or running
  bool started_ = false;
  bool stopping_ = false;
  bool woken_ = false;
};

}  // namespace kgw::delivery

#endif  // GATEWAY_DELIVERY_ENGINE_H_
