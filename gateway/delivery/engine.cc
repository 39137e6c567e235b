#include "gateway/delivery/engine.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"

namespace kgw::delivery {
namespace {

// The pool's size: the sum of the caps, but never more threads than this.
constexpr int kMostThreads = 64;
// However far away the next due time is, look again after this: the wall clock may have jumped.
constexpr absl::Duration kLongestSleep = absl::Seconds(30);
constexpr absl::Duration kStoreTrouble = absl::Seconds(1);
constexpr absl::Duration kShortestSleep = absl::Milliseconds(1);
// Somebody looks at the screen, and a gateway that stops waits for it.
constexpr absl::Duration kLongestProbe = absl::Seconds(30);

std::chrono::nanoseconds Real(absl::Duration duration) {
  return absl::ToChronoNanoseconds(duration);
}

}  // namespace

struct DeliveryEngine::Road {
  explicit Road(std::shared_ptr<const DestinationRuntime> runtime)
      : destination(std::move(runtime)), circuit(destination->circuit) {}

  std::shared_ptr<const DestinationRuntime> destination;  // guarded by the engine's mutex, as all
  Circuit circuit;
  int in_flight = 0;
  int64_t attempts = 0;
  int64_t delivered = 0;
};

DeliveryEngine::DeliveryEngine(Dependencies dependencies,
                               std::vector<DestinationRuntime> destinations)
    : dependencies_(dependencies) {
  Configure(std::move(destinations));
}

DeliveryEngine::~DeliveryEngine() {
  (void)Stop(absl::ZeroDuration());
  if (started_) dependencies_.store->OnDeliveriesDue([] {});
  worker_wakes_.notify_all();
  if (dispatcher_.joinable()) dispatcher_.join();
  for (std::thread& worker : workers_) worker.join();
}

void DeliveryEngine::Start() {
  std::unique_lock<std::mutex> lock(mutex_);
  if (started_ || stopping_) return;
  started_ = true;
  GrowPool(lock);
  dispatcher_ = std::thread([this] { Dispatch(); });
  lock.unlock();
  dependencies_.store->OnDeliveriesDue([this] { Wake(); });
}

absl::Status DeliveryEngine::Stop(absl::Duration drain) {
  std::unique_lock<std::mutex> lock(mutex_);
  stopping_ = true;
  dispatcher_wakes_.notify_all();
  worker_wakes_.notify_all();
  drained_.wait_for(lock, Real(std::clamp(drain, absl::ZeroDuration(), absl::Hours(1))),
                    [this] { return busy_ == 0; });
  if (busy_ == 0) return absl::OkStatus();
  return absl::DeadlineExceededError(absl::StrCat(busy_, " deliveries were still running after ",
                                                  absl::FormatDuration(drain),
                                                  "; they are tried again at the next start"));
}

void DeliveryEngine::Wake() {
  std::lock_guard<std::mutex> lock(mutex_);
  woken_ = true;
  dispatcher_wakes_.notify_one();
}

void DeliveryEngine::Configure(std::vector<DestinationRuntime> destinations) {
  // Let go of after the lock: a connector's last owner runs code of its plug-in.
  std::vector<std::shared_ptr<const DestinationRuntime>> replaced;
  std::vector<std::shared_ptr<Road>> gone;
  std::unique_lock<std::mutex> lock(mutex_);
  std::vector<std::shared_ptr<Road>> roads;
  for (DestinationRuntime& destination : destinations) {
    auto runtime = std::make_shared<const DestinationRuntime>(std::move(destination));
    std::shared_ptr<Road> road = FindRoad(runtime->route.name);
    if (road == nullptr) {
      road = std::make_shared<Road>(std::move(runtime));
    } else {
      replaced.push_back(std::exchange(road->destination, std::move(runtime)));
    }
    roads.push_back(std::move(road));
  }
  gone = std::exchange(roads_, std::move(roads));
  if (started_ && !stopping_) GrowPool(lock);
  woken_ = true;
  dispatcher_wakes_.notify_one();
}

void DeliveryEngine::GrowPool(std::unique_lock<std::mutex>& /*lock*/) {
  int wanted = 0;
  for (const auto& road : roads_) wanted += std::max(1, road->destination->in_flight);
  wanted = std::min(wanted, kMostThreads);
  while (static_cast<int>(workers_.size()) < wanted) workers_.emplace_back([this] { Work(); });
}

std::shared_ptr<DeliveryEngine::Road> DeliveryEngine::FindRoad(std::string_view name) const {
  for (const auto& road : roads_) {
    if (road->destination->route.name == name) return road;
  }
  return nullptr;
}

void DeliveryEngine::Dispatch() {
  for (;;) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (stopping_) return;
      woken_ = false;
    }
    const absl::Duration sleep = std::max(ClaimAll(), kShortestSleep);
    std::unique_lock<std::mutex> lock(mutex_);
    dispatcher_wakes_.wait_for(lock, Real(sleep), [this] { return stopping_ || woken_; });
  }
}

absl::Duration DeliveryEngine::ClaimAll() {
  std::vector<std::shared_ptr<Road>> roads;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    roads = roads_;
  }
  absl::Duration sleep = kLongestSleep;
  for (const auto& road : roads) sleep = std::min(sleep, ClaimFor(road));
  return sleep;
}

absl::Duration DeliveryEngine::ClaimFor(const std::shared_ptr<Road>& road) {
  std::shared_ptr<const DestinationRuntime> destination;
  int room = 0;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (stopping_) return kLongestSleep;
    destination = road->destination;
    if (destination->connector == nullptr) return kLongestSleep;
    const int free_threads = static_cast<int>(workers_.size()) - busy_;
    room = std::min(std::max(1, destination->in_flight) - road->in_flight, free_threads);
    if (room <= 0) return kLongestSleep;  // the end of an attempt wakes us
    const int64_t now = dependencies_.clock->MonotonicNanos();
    room = road->circuit.Allowed(room, now);
    if (room == 0) {
      const absl::Duration wait = absl::Nanoseconds(road->circuit.closed_until() - now);
      return std::clamp(wait, absl::Milliseconds(10), kLongestSleep);
    }
  }

  const absl::Time now = dependencies_.clock->Now();
  const auto next = dependencies_.store->NextDue(destination->route.name);
  if (!next.ok()) {
    dependencies_.observer->OnTrouble(destination->route.name, next.status());
    return kStoreTrouble;
  }
  if (*next == absl::InfiniteFuture()) return kLongestSleep;
  // A due time further away than we ever set one was written under another clock.
  const absl::Duration furthest =
      kLongestRetryAfter + destination->backoff.maximum + absl::Seconds(1);
  if (*next > now && *next <= now + furthest) return std::min(*next - now, kLongestSleep);

  auto units = dependencies_.store->Claim(destination->route.name, room, now, now + furthest);
  if (!units.ok()) {
    dependencies_.observer->OnTrouble(destination->route.name, units.status());
    return kStoreTrouble;
  }
  if (units->empty()) return absl::Milliseconds(200);
  std::lock_guard<std::mutex> lock(mutex_);
  for (store::Unit& unit : *units) {
    road->circuit.OnStart();
    ++road->in_flight;
    ++busy_;
    jobs_.push_back({road, destination, std::move(unit)});
    worker_wakes_.notify_one();
  }
  // Fewer than there was room for: what is left is not due.
  return static_cast<int>(units->size()) < room ? kShortestSleep : kLongestSleep;
}

void DeliveryEngine::Work() {
  for (;;) {
    Job job;  // outlives the lock: it may be the last owner of a connector
    std::unique_lock<std::mutex> lock(mutex_);
    worker_wakes_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    Run(job);
    lock.lock();
    --job.road->in_flight;
    --busy_;
    woken_ = true;
    dispatcher_wakes_.notify_one();
    if (busy_ == 0) drained_.notify_all();
  }
}

void DeliveryEngine::Run(const Job& job) {
  const int64_t began = dependencies_.clock->MonotonicNanos();
  AttemptResult result = Attempt(job.unit, *job.destination, *dependencies_.store,
                                 *dependencies_.clock, *dependencies_.random);
  result.verdict.end.sent = result.called;
  End(job, result.verdict.end);
  Account(job, result, absl::Nanoseconds(dependencies_.clock->MonotonicNanos() - began));
}

void DeliveryEngine::Account(const Job& job, const AttemptResult& result, absl::Duration took) {
  const Verdict& verdict = result.verdict;
  bool changed = false;
  bool open = false;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    Circuit& circuit = job.road->circuit;
    const int64_t now = dependencies_.clock->MonotonicNanos();
    const bool was_open = circuit.open();
    if (result.called) ++job.road->attempts;
    if (!result.called) {
      circuit.OnNotAsked();
    } else if (verdict.answered == Answered::kNo) {
      circuit.OnUnavailable(now);
    } else {
      circuit.OnAnswer();
      if (verdict.answered == Answered::kAskedToWait) {
        circuit.Pause(now + absl::ToInt64Nanoseconds(verdict.wait));
      }
    }
    open = circuit.open();
    changed = open != was_open;
    if (verdict.end.state == store::DeliveryState::kDelivered) ++job.road->delivered;
  }
  if (changed) {
    dependencies_.observer->OnCircuit(job.destination->route.name, open,
                                      verdict.end.error.error_class);
  }
  dependencies_.observer->OnAttempt(
      {.destination = job.destination->route.name,
       .state = verdict.end.state,
       .error_class = verdict.end.error.error_class,
       .attempt = job.unit.attempt,
       .entries = job.unit.resources.size() + job.unit.withdrawn.size(),
       .took = took,
       .called = result.called});
}

// The result must not be lost while the store is merely full or busy: the attempt keeps its thread,
// which is back-pressure, until the store takes it or the engine stops. Then the delivery is found
// in flight at the next start, and its journal tells what was done.
void DeliveryEngine::End(const Job& job, const store::AttemptEnd& end) {
  absl::Duration wait = absl::Milliseconds(50);
  for (;;) {
    const absl::Status status = dependencies_.store->EndAttempt(job.unit.key, end);
    if (status.ok()) return;
    dependencies_.observer->OnTrouble(job.destination->route.name, status);
    // Somebody ended it meanwhile, e.g. an operator cancelled it.
    if (absl::IsNotFound(status) || absl::IsFailedPrecondition(status) ||
        absl::IsInvalidArgument(status)) {
      return;
    }
    std::unique_lock<std::mutex> lock(mutex_);
    if (dispatcher_wakes_.wait_for(lock, Real(wait), [this] { return stopping_; })) return;
    wait = std::min(wait * 2, absl::Seconds(5));
  }
}

std::vector<DestinationStatus> DeliveryEngine::Snapshot() const {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<DestinationStatus> all;
  const int64_t now = dependencies_.clock->MonotonicNanos();
  for (const auto& road : roads_) {
    const DestinationRuntime& destination = *road->destination;
    DestinationStatus status;
    status.name = destination.route.name;
    status.plugin = destination.plugin;
    status.state = "ready";
    status.in_flight = road->in_flight;
    status.consecutive_failures = road->circuit.consecutive_failures();
    status.attempts = road->attempts;
    status.delivered = road->delivered;
    const absl::Duration left =
        std::max(absl::Nanoseconds(road->circuit.closed_until() - now), absl::ZeroDuration());
    const std::string until =
        absl::FormatTime(absl::RFC3339_sec, dependencies_.clock->Now() + left, absl::UTCTimeZone());
    if (destination.connector == nullptr) {
      status.state = "plugin_refused";
      status.detail = absl::StrCat("its deliveries wait: ", destination.refusal);
    } else if (road->circuit.open()) {
      status.state = "circuit_open";
      status.detail = absl::StrCat("did not answer ", road->circuit.consecutive_failures(),
                                   " times; tried again at ", until);
    } else if (left > absl::ZeroDuration()) {
      status.state = "circuit_open";
      status.detail = absl::StrCat("asked to be left alone; tried again at ", until);
    }
    all.push_back(std::move(status));
  }
  return all;
}

ProbeReport DeliveryEngine::Probe(std::string_view name) {
  struct Sink final : plugin::EmitSink {
    absl::Status OnEmit(const plugin::Emitted& emitted) override {
      if (emitted.media_type == "application/vnd.kgw.probe+json") report = emitted.body;
      return absl::OkStatus();
    }
    std::string report;
  };
  std::shared_ptr<const DestinationRuntime> destination;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (const auto road = FindRoad(name); road != nullptr) destination = road->destination;
  }
  if (destination == nullptr) {
    return {
        absl::NotFoundError(absl::StrCat("no destination is called ", std::string(name))), "", {}};
  }
  if (destination->connector == nullptr) {
    return {absl::FailedPreconditionError(destination->refusal), "", {}};
  }
  Sink sink;
  plugin::CallResult call =
      destination->connector->Probe(sink, std::min(destination->timeout, kLongestProbe));
  return {std::move(call.status), std::move(sink.report), std::move(call.issues)};
}

}  // namespace kgw::delivery
