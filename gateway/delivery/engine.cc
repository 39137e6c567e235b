#include "gateway/delivery/engine.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace kgw::delivery {
namespace {

// The one owner that a store of one process has. The lease outlasts the longest attempt that a
// configuration allows (destinations[].timeout: one hour).
constexpr char kOwner[] = "gateway";
constexpr absl::Duration kLease = absl::Hours(2);
// However far away the next due time is, look again after this: the wall clock may have jumped.
constexpr absl::Duration kLongestSleep = absl::Seconds(30);
constexpr absl::Duration kStoreTrouble = absl::Seconds(1);
// Look again at once.
constexpr absl::Duration kNoSleep = absl::ZeroDuration();
// The heads that were due are another claim's by now.
constexpr absl::Duration kNothingClaimed = absl::Milliseconds(200);
constexpr absl::Duration kFirstWaitForStore = absl::Milliseconds(50);
constexpr absl::Duration kLongestWaitForStore = absl::Seconds(5);
// Somebody looks at the screen, and a gateway that stops waits for it.
constexpr absl::Duration kLongestProbe = absl::Seconds(30);

int CapOf(const DestinationRuntime& destination) { return std::max(1, destination.in_flight); }

}  // namespace

DeliveryEngine::DeliveryEngine(Dependencies dependencies,
                               std::vector<DestinationRuntime> destinations)
    : dependencies_(dependencies), alive_(std::make_shared<Alive>()) {
  {
    MutexLock lock(alive_->mutex);
    alive_->engine = this;
  }
  Configure(std::move(destinations));
}

DeliveryEngine::~DeliveryEngine() {
  (void)Stop(absl::ZeroDuration());
  bool started = false;
  {
    MutexLock lock(mutex_);
    started = started_;
  }
  if (started) dependencies_.store->OnDeliveriesDue([] {});
  {
    MutexLock lock(alive_->mutex);
    alive_->engine = nullptr;
  }
  MutexLock lock(mutex_);
  quiet_.Wait(lock, [this]() KGW_REQUIRES(mutex_) { return busy_ == 0 && !claiming_; });
}

void DeliveryEngine::Start() {
  {
    MutexLock lock(mutex_);
    if (started_ || stopping_) return;
    started_ = true;
    AskForClaims();
  }
  dependencies_.store->OnDeliveriesDue([this] { Wake(); });
}

absl::Status DeliveryEngine::Stop(absl::Duration drain) {
  std::map<int64_t, std::shared_ptr<Running>> given_up;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    given_up.swap(ends_);
  }
  for (const auto& [number, running] : given_up) Leave(*running);
  MutexLock lock(mutex_);
  quiet_.WaitFor(lock,
                 absl::ToChronoNanoseconds(std::clamp(drain, absl::ZeroDuration(), absl::Hours(1))),
                 [this]() KGW_REQUIRES(mutex_) { return busy_ == 0 && !claiming_; });
  if (busy_ == 0) return absl::OkStatus();
  return absl::DeadlineExceededError(absl::StrCat(busy_, " deliveries were still running after ",
                                                  absl::FormatDuration(drain),
                                                  "; they are tried again at the next start"));
}

void DeliveryEngine::Wake() {
  MutexLock lock(mutex_);
  AskForClaims();
}

void DeliveryEngine::Configure(std::vector<DestinationRuntime> destinations) {
  // Let go of after the lock: a connector's last owner runs code of its plug-in.
  std::vector<std::shared_ptr<const DestinationRuntime>> replaced;
  std::vector<std::shared_ptr<Road>> gone;
  MutexLock lock(mutex_);
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
  AskForClaims();
}

std::shared_ptr<Road> DeliveryEngine::FindRoad(std::string_view name) const {
  for (const auto& road : roads_) {
    if (road->destination->route.name == name) return road;
  }
  return nullptr;
}

// --- claiming ------------------------------------------------------------------------------------

void DeliveryEngine::AskForClaims() {
  if (!started_ || stopping_) return;
  asked_ = true;
  if (claiming_) return;
  claiming_ = true;
  dependencies_.executor->Post([this] { ClaimTask(); });
}

// One that fires earlier looks anew and sets the next, so that few are ever under way.
void DeliveryEngine::SetTimer(absl::Duration delay) {
  const int64_t now = dependencies_.clock->MonotonicNanos();
  const int64_t due = now + absl::ToInt64Nanoseconds(delay);
  const auto next = timers_.upper_bound(now);
  if (next != timers_.end() && *next <= due) return;
  timers_.insert(due);
  dependencies_.executor->PostAfter(delay, [alive = alive_, due] {
    MutexLock lock(alive->mutex);
    if (alive->engine != nullptr) alive->engine->OnTimer(due);
  });
}

void DeliveryEngine::OnTimer(int64_t due) {
  MutexLock lock(mutex_);
  timers_.erase(due);
  AskForClaims();
}

void DeliveryEngine::ClaimTask() {
  {
    MutexLock lock(mutex_);
    asked_ = false;
  }
  const absl::Duration sleep = ClaimAll();
  MutexLock lock(mutex_);
  if (!stopping_ && (asked_ || sleep <= kNoSleep)) {
    dependencies_.executor->Post([this] { ClaimTask(); });
    return;
  }
  claiming_ = false;
  if (!stopping_) SetTimer(sleep);
  quiet_.NotifyAll();
}

absl::Duration DeliveryEngine::ClaimAll() {
  std::vector<std::shared_ptr<Road>> roads;
  {
    MutexLock lock(mutex_);
    roads = roads_;
  }
  absl::Duration sleep = kLongestSleep;
  for (const auto& road : roads) sleep = std::min(sleep, ClaimFor(road));
  return sleep;
}

DeliveryEngine::Place DeliveryEngine::PlaceOf(const Road& road) const {
  Place place{road.destination, 0, kLongestSleep};
  if (stopping_ || place.destination->connector == nullptr) return place;
  int caps = 0;
  for (const auto& each : roads_) caps += CapOf(*each->destination);
  const int room =
      std::min(CapOf(*place.destination) - road.in_flight, std::min(caps, kMostAttempts) - busy_);
  if (room <= 0) return place;  // the end of an attempt asks for claims
  const int64_t now = dependencies_.clock->MonotonicNanos();
  place.room = road.circuit.Allowed(room, now);
  if (place.room == 0) {
    place.wait = std::clamp(absl::Nanoseconds(road.circuit.closed_until() - now),
                            absl::Milliseconds(10), kLongestSleep);
  }
  return place;
}

absl::Duration DeliveryEngine::ClaimFor(const std::shared_ptr<Road>& road) {
  Place place;
  {
    MutexLock lock(mutex_);
    place = PlaceOf(*road);
  }
  if (place.room == 0) return place.wait;
  const DestinationRuntime& destination = *place.destination;
  const std::string& name = destination.route.name;
  const absl::Time now = dependencies_.clock->Now();
  // A due time further away than we ever set one was written under another clock.
  const absl::Duration furthest =
      kLongestRetryAfter + destination.backoff.maximum + absl::Seconds(1);
  auto claimed = dependencies_.store->Claim({.destination = name,
                                             .owner = kOwner,
                                             .limit = place.room,
                                             .now = now,
                                             .furthest = now + furthest,
                                             .lease = kLease});
  if (!claimed.ok()) {
    dependencies_.observer->OnTrouble(name, claimed.status());
    return kStoreTrouble;
  }
  const absl::Duration wait = std::min(claimed->next_due - now, kLongestSleep);
  if (claimed->units.empty()) return wait <= kNoSleep ? kNothingClaimed : wait;
  // Where all the room is taken, the end of an attempt asks for claims.
  const bool room_left = static_cast<int>(claimed->units.size()) < place.room;
  Begin(road, place.destination, std::move(claimed->units));
  return room_left ? wait : kLongestSleep;
}

// --- attempts ------------------------------------------------------------------------------------

void DeliveryEngine::Begin(const std::shared_ptr<Road>& road,
                           const std::shared_ptr<const DestinationRuntime>& destination,
                           std::vector<store::Unit> units) {
  MutexLock lock(mutex_);
  for (store::Unit& unit : units) {
    road->circuit.OnStart();
    ++road->in_flight;
    ++busy_;
    auto running = std::make_shared<Running>();
    running->road = road;
    running->destination = destination;
    running->unit = std::move(unit);
    running->wait = kFirstWaitForStore;
    dependencies_.executor->Post([this, running] { Run(running); });
  }
}

void DeliveryEngine::Run(const std::shared_ptr<Running>& running) {
  running->began = dependencies_.clock->MonotonicNanos();
  running->result = Attempt(running->unit, *running->destination, *dependencies_.store,
                            *dependencies_.clock, *dependencies_.random);
  running->result.verdict.end.sent = running->result.called;
  OfferEnd(running);
}

// The result must not be lost while the store is merely full or busy: the attempt keeps its place,
// which is back-pressure, until the store takes it or the engine stops. Then the delivery is found
// in flight at the next start, and its journal tells what was done.
void DeliveryEngine::OfferEnd(const std::shared_ptr<Running>& running) {
  const absl::Status status = dependencies_.store->EndAttempt(
      running->unit.key, running->unit.claim.token, running->result.verdict.end);
  if (!status.ok()) {
    dependencies_.observer->OnTrouble(running->destination->route.name, status);
    // Otherwise somebody ended it meanwhile, e.g. an operator cancelled it.
    const bool again = !absl::IsNotFound(status) && !absl::IsFailedPrecondition(status) &&
                       !absl::IsInvalidArgument(status);
    if (again && OfferEndLater(running)) return;
  }
  Leave(*running);
}

bool DeliveryEngine::OfferEndLater(const std::shared_ptr<Running>& running) {
  MutexLock lock(mutex_);
  if (stopping_) return false;
  const int64_t number = next_end_++;
  ends_.emplace(number, running);
  const absl::Duration wait =
      std::exchange(running->wait, std::min(running->wait * 2, kLongestWaitForStore));
  dependencies_.executor->PostAfter(wait, [alive = alive_, number] {
    MutexLock alive_lock(alive->mutex);
    if (alive->engine != nullptr) alive->engine->OnEndTimer(number);
  });
  return true;
}

void DeliveryEngine::OnEndTimer(int64_t number) {
  MutexLock lock(mutex_);
  const auto found = ends_.find(number);
  if (found == ends_.end()) return;
  dependencies_.executor->Post([this, running = std::move(found->second)] { OfferEnd(running); });
  ends_.erase(found);
}

// Tells of an attempt, and gives back its place.
void DeliveryEngine::Leave(const Running& running) {
  const absl::Duration took =
      absl::Nanoseconds(dependencies_.clock->MonotonicNanos() - running.began);
  Account(running, took);
  MutexLock lock(mutex_);
  --running.road->in_flight;
  --busy_;
  AskForClaims();
  if (busy_ == 0) quiet_.NotifyAll();
}

void DeliveryEngine::Account(const Running& running, absl::Duration took) {
  const Verdict& verdict = running.result.verdict;
  bool changed = false;
  bool open = false;
  {
    MutexLock lock(mutex_);
    Circuit& circuit = running.road->circuit;
    const int64_t now = dependencies_.clock->MonotonicNanos();
    const bool was_open = circuit.open();
    if (running.result.called) ++running.road->attempts;
    if (!running.result.called) {
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
    if (verdict.end.state == store::DeliveryState::kDelivered) ++running.road->delivered;
  }
  const std::string& name = running.destination->route.name;
  if (changed)
    dependencies_.observer->OnCircuit(name, open, store::NameOf(verdict.end.error.error_class));
  dependencies_.observer->OnAttempt(
      {.destination = name,
       .state = verdict.end.state,
       .error_class = store::NameOf(verdict.end.error.error_class),
       .attempt = running.unit.attempt,
       .entries = running.unit.resources.size() + running.unit.withdrawn.size(),
       .took = took,
       .called = running.result.called});
}

// --- looking -------------------------------------------------------------------------------------

std::vector<DestinationStatus> DeliveryEngine::Snapshot() const {
  MutexLock lock(mutex_);
  std::vector<DestinationStatus> all;
  all.reserve(roads_.size());
  for (const auto& road : roads_) all.push_back(StatusOf(*road, *dependencies_.clock));
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
    MutexLock lock(mutex_);
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
