#ifndef GATEWAY_DELIVERY_ENGINE_H_
#define GATEWAY_DELIVERY_ENGINE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/executor.h"
#include "gateway/base/mutex.h"
#include "gateway/delivery/attempt.h"
#include "gateway/delivery/backoff.h"
#include "gateway/delivery/destination.h"
#include "gateway/delivery/observer.h"
#include "gateway/delivery/probe_report.h"
#include "gateway/delivery/road.h"
#include "gateway/store/delivery_queue.h"

namespace kgw::delivery {

// Carries claimed deliveries to their destinations, as tasks of an executor: one that claims, and
// one for each attempt. Each destination has its own cap, backoff and circuit breaker. A delivery
// is claimed only when its attempt may begin at once, so nothing queues in memory. Order within a
// lane is the store's doing.
//
// Safe from any thread. All dependencies are borrowed and must outlive the engine.
class DeliveryEngine {
 public:
  // Attempts at once, whatever the destinations' caps add up to. An attempt blocks its thread while
  // its connector works: an executor of threads needs one more than this, for the task that claims.
  static constexpr int kMostAttempts = 64;

  struct Dependencies {
    Executor* executor = nullptr;
    store::DeliveryQueue* store = nullptr;
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
  // One attempt, from its claim until its end is in the store.
  struct Running {
    std::shared_ptr<Road> road;
    std::shared_ptr<const DestinationRuntime> destination;
    store::Unit unit;
    AttemptResult result;
    int64_t began = 0;    // in monotonic nanoseconds
    absl::Duration wait;  // before its end is offered to the store again
  };
  // What a timer holds on to: it may fire after the engine has gone.
  struct Alive {
    Mutex mutex;
    DeliveryEngine* engine KGW_GUARDED_BY(mutex) = nullptr;
  };
  // How many deliveries of a destination may be claimed now, or how long to leave it alone.
  struct Place {
    std::shared_ptr<const DestinationRuntime> destination;
    int room = 0;
    absl::Duration wait;
  };

  void AskForClaims() KGW_REQUIRES(mutex_);
  void SetTimer(absl::Duration delay) KGW_REQUIRES(mutex_);
  void OnTimer(int64_t due) KGW_EXCLUDES(mutex_);
  void ClaimTask() KGW_EXCLUDES(mutex_);
  // Claims for every destination that has room; answers how long there is nothing more to do.
  absl::Duration ClaimAll() KGW_EXCLUDES(mutex_);
  absl::Duration ClaimFor(const std::shared_ptr<Road>& road) KGW_EXCLUDES(mutex_);
  Place PlaceOf(const Road& road) const KGW_REQUIRES(mutex_);
  void Begin(const std::shared_ptr<Road>& road,
             const std::shared_ptr<const DestinationRuntime>& destination,
             std::vector<store::Unit> units) KGW_EXCLUDES(mutex_);
  void Run(const std::shared_ptr<Running>& running) KGW_EXCLUDES(mutex_);
  void OfferEnd(const std::shared_ptr<Running>& running) KGW_EXCLUDES(mutex_);
  // False when the engine stops.
  bool OfferEndLater(const std::shared_ptr<Running>& running) KGW_EXCLUDES(mutex_);
  void OnEndTimer(int64_t number) KGW_EXCLUDES(mutex_);
  void Leave(const Running& running) KGW_EXCLUDES(mutex_);
  void Account(const Running& running, absl::Duration took) KGW_EXCLUDES(mutex_);
  std::shared_ptr<Road> FindRoad(std::string_view name) const KGW_REQUIRES(mutex_);

  const Dependencies dependencies_;
  const std::shared_ptr<Alive> alive_;
  mutable Mutex mutex_;
  ConditionVariable quiet_;
  std::vector<std::shared_ptr<Road>> roads_ KGW_GUARDED_BY(mutex_);
  int busy_ KGW_GUARDED_BY(mutex_) = 0;  // attempts claimed and not at their end
  bool started_ KGW_GUARDED_BY(mutex_) = false;
  bool stopping_ KGW_GUARDED_BY(mutex_) = false;
  bool claiming_ KGW_GUARDED_BY(mutex_) = false;     // the task that claims is posted or runs
  bool asked_ KGW_GUARDED_BY(mutex_) = false;        // it must look again
  std::set<int64_t> timers_ KGW_GUARDED_BY(mutex_);  // when they fire, in monotonic nanoseconds
  // Attempts that wait to offer their end to the store again, by a number of their own.
  std::map<int64_t, std::shared_ptr<Running>> ends_ KGW_GUARDED_BY(mutex_);
  int64_t next_end_ KGW_GUARDED_BY(mutex_) = 0;
};

}  // namespace kgw::delivery

#endif  // GATEWAY_DELIVERY_ENGINE_H_
