#ifndef TESTS_SIMULATION_MEMORY_STORE_H_
#define TESTS_SIMULATION_MEMORY_STORE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/violation.h"
#include "gateway/store/acceptor.h"
#include "gateway/store/delivery_queue.h"
#include "tests/support/simulation/simulation.h"

namespace kgw::test {

// What intake and delivery ask of a store, in memory and on a simulation: commits are answered
// later and in order, some are refused for want of room, and each promise that a client must keep
// is watched. One version of each record; lanes as the protocol says, without prerequisites.
class MemoryStore final : public store::Acceptor, public store::DeliveryQueue {
 public:
  struct Delivery {
    store::DeliveryKey key;
    std::string lane;
    store::DeliveryState state = store::DeliveryState::kPending;
    absl::Time due = absl::InfinitePast();
    int attempts = 0;
    std::vector<store::Resource> resources;
    std::vector<store::EntryResult> entries;
    store::DeliveryError error;
  };

  explicit MemoryStore(Simulation& simulation) : simulation_(simulation) {}

  absl::StatusOr<std::optional<store::Placement>> FindDuplicate(const RecordKey& key,
                                                                const Sha256& hash) override {
    const auto found = versions_.find(key);
    if (found == versions_.end()) return std::nullopt;
    return Known(found->second, hash);
  }

  void Commit(store::NewVersion version,
              std::function<void(absl::StatusOr<store::Placement>)> done) override {
    queue_.emplace_back(std::move(version), std::move(done));
    if (!std::exchange(writing_, true)) WriteLater();
  }

  absl::StatusOr<store::Claimed> Claim(const store::ClaimRequest& request) override {
    store::Claimed claimed;
    for (Delivery* head : Heads(request.destination)) {
      if (head->state != store::DeliveryState::kPending) continue;
      if (head->due > request.now || static_cast<int>(claimed.units.size()) >= request.limit) {
        claimed.next_due = std::min(claimed.next_due, head->due);
        continue;
      }
      head->state = store::DeliveryState::kInFlight;
      ++head->attempts;
      store::Unit unit;
      unit.key = head->key;
      unit.claim = {request.owner, request.now + request.lease, head->attempts};
      unit.lane = head->lane;
      unit.attempt = head->attempts;
      unit.last = head->error;
      unit.resources = head->resources;
      unit.entries = head->entries;
      claimed.units.push_back(std::move(unit));
      simulation_.Note(StrCat("claimed ", head->key.record.name.id));
    }
    return claimed;
  }
  absl::Status TakeBack(std::string_view) override { return absl::OkStatus(); }
  absl::Status JournalEntries(const store::DeliveryKey& key, int64_t token,
                              const std::vector<store::EntryResult>& entries) override {
    Delivery* delivery = Find(key);
    if (delivery == nullptr) return absl::NotFoundError("no such delivery");
    if (token != delivery->attempts) return OlderToken(key);
    delivery->entries.insert(delivery->entries.end(), entries.begin(), entries.end());
    return absl::OkStatus();
  }
  absl::Status JournalError(const store::DeliveryKey& key, int64_t token,
                            const store::DeliveryError& error) override {
    Delivery* delivery = Find(key);
    if (delivery == nullptr) return absl::NotFoundError("no such delivery");
    if (token != delivery->attempts) return OlderToken(key);
    delivery->error = error;
    return absl::OkStatus();
  }
  absl::Status EndAttempt(const store::DeliveryKey& key, int64_t token,
                          const store::AttemptEnd& end) override {
    if (simulation_.OneIn(10)) return NoRoom();
    Delivery* delivery = Find(key);
    if (delivery == nullptr) return absl::NotFoundError("no such delivery");
    if (token != delivery->attempts) return OlderToken(key);
    if (delivery->state != store::DeliveryState::kInFlight) {
      wrongs_.push_back(StrCat("ended twice: ", key.record.name.id));
      return absl::FailedPreconditionError("it is not in flight");
    }
    if (end.state == store::DeliveryState::kDelivered) {
      delivered_[delivery->lane].push_back(key.record.name.id);
    }
    delivery->state = end.state;
    delivery->due = end.next_due;
    delivery->error = end.error;
    simulation_.Note(StrCat("ended ", key.record.name.id, " ", store::NameOf(end.state)));
    if (listener_) listener_();
    return absl::OkStatus();
  }
  void OnDeliveriesDue(std::function<void()> listener) override { listener_ = std::move(listener); }

  // The ids of records in the order of their commits.
  const std::vector<std::string>& order() const { return order_; }
  const std::vector<Delivery>& deliveries() const { return deliveries_; }
  // The ids of records as they were delivered, by lane.
  const std::map<std::string, std::vector<std::string>>& delivered() const { return delivered_; }
  int InFlight() const {
    int count = 0;
    for (const Delivery& each : deliveries_) {
      if (each.state == store::DeliveryState::kInFlight) ++count;
    }
    return count;
  }
  // Promises that a client broke.
  const std::vector<std::string>& wrongs() const { return wrongs_; }

 private:
  static absl::Status NoRoom() {
    return RetryLater(absl::StatusCode::kResourceExhausted, "the disk is full",
                      absl::Milliseconds(200));
  }
  absl::Status OlderToken(const store::DeliveryKey& key) {
    wrongs_.push_back(StrCat("an older claim spoke: ", key.record.name.id));
    return absl::FailedPreconditionError("it has been claimed anew");
  }
  static store::Placement Known(const store::NewVersion& version, const Sha256& hash) {
    store::Placement placement;
    placement.verdict = version.content_hash == hash ? store::PlacementVerdict::kDuplicate
                                                     : store::PlacementVerdict::kConflict;
    placement.state = version.state;
    return placement;
  }

  void WriteLater() {
    simulation_.PostAfter(simulation_.DrawDelay(absl::Milliseconds(5)), [this] { WriteBatch(); });
  }
  void WriteBatch() {
    std::vector<Queued> batch = std::exchange(queue_, {});
    for (Queued& each : batch) each.second(CommitOne(std::move(each.first)));
    if (listener_) listener_();
    writing_ = !queue_.empty();
    if (writing_) WriteLater();
  }
  absl::StatusOr<store::Placement> CommitOne(store::NewVersion version) {
    if (version.still_wanted) {
      if (absl::Status wanted = version.still_wanted(); !wanted.ok()) return wanted;
    }
    if (simulation_.OneIn(40)) return NoRoom();
    const auto found = versions_.find(version.key);
    if (found != versions_.end()) return Known(found->second, version.content_hash);
    store::Placement placement;
    placement.state = version.state;
    order_.push_back(version.key.name.id);
    simulation_.Note(StrCat("committed ", version.key.name.id));
    for (const store::NewDelivery& each : version.deliveries) {
      Delivery delivery;
      delivery.key = {version.key, each.destination};
      delivery.lane = LaneOf(version.key.name.id);
      delivery.resources = version.resources;
      deliveries_.push_back(std::move(delivery));
    }
    version.still_wanted = nullptr;
    versions_.emplace(version.key, std::move(version));
    return placement;
  }

  // Patients are many and lanes few here, so that much waits for its turn: two for each sender.
  static std::string LaneOf(std::string_view id) {
    return StrCat(id.substr(0, 3), (id.back() - '0') % 2 == 0 ? " even" : " odd");
  }

  // The oldest delivery of each lane that has not ended.
  std::vector<Delivery*> Heads(std::string_view destination) {
    std::map<std::string, Delivery*> heads;
    for (Delivery& each : deliveries_) {
      if (each.key.destination != destination || !store::IsOpen(each.state)) continue;
      heads.emplace(each.lane, &each);
    }
    std::vector<Delivery*> all;
    for (const auto& [lane, head] : heads) all.push_back(head);
    return all;
  }
  Delivery* Find(const store::DeliveryKey& key) {
    for (Delivery& each : deliveries_) {
      if (each.key == key) return &each;
    }
    return nullptr;
  }

  using Queued =
      std::pair<store::NewVersion, std::function<void(absl::StatusOr<store::Placement>)>>;

  Simulation& simulation_;
  std::vector<Queued> queue_;
  bool writing_ = false;
  std::map<RecordKey, store::NewVersion> versions_;
  std::vector<std::string> order_;
  std::vector<Delivery> deliveries_;
  std::map<std::string, std::vector<std::string>> delivered_;
  std::vector<std::string> wrongs_;
  std::function<void()> listener_;
};

}  // namespace kgw::test

#endif  // TESTS_SIMULATION_MEMORY_STORE_H_
