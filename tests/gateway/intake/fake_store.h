#ifndef TESTS_GATEWAY_INTAKE_FAKE_STORE_H_
#define TESTS_GATEWAY_INTAKE_FAKE_STORE_H_

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/strings.h"
#include "gateway/store/store.h"

namespace kgw::intake {

// A store in memory whose commits a test can hold back and let go. Keeps what the server asks of a
// store; delivery is not its business.
class FakeStore final : public store::Store {
 public:
  using Done = std::function<void(absl::StatusOr<store::Placement>)>;

  // Commits wait until Release.
  void Hold() {
    std::lock_guard lock(mutex_);
    holding_ = true;
  }
  void Release() {
    std::deque<std::function<void()>> waiting;
    {
      std::lock_guard lock(mutex_);
      holding_ = false;
      waiting.swap(waiting_);
    }
    for (const std::function<void()>& commit : waiting) commit();
  }
  // Everything is answered with this from now on.
  void FailWith(absl::Status status) {
    std::lock_guard lock(mutex_);
    failure_ = std::move(status);
  }
  // The next commit alone is answered with RESOURCE_EXHAUSTED.
  void FailNext() {
    std::lock_guard lock(mutex_);
    fail_next_ = true;
  }
  std::vector<store::NewVersion> committed() const {
    std::lock_guard lock(mutex_);
    return committed_;
  }
  size_t waiting() const {
    std::lock_guard lock(mutex_);
    return waiting_.size();
  }
  // What every delivery says of its failure from now on.
  void FailDeliveries(store::DeliveryError error) {
    std::lock_guard lock(mutex_);
    delivery_error_ = std::move(error);
  }
  std::string lever() const {
    std::lock_guard lock(mutex_);
    return lever_;
  }

  absl::StatusOr<std::optional<store::Placement>> FindDuplicate(const RecordKey& key,
                                                                const Sha256& hash) override {
    std::lock_guard lock(mutex_);
    for (const store::NewVersion& each : committed_) {
      if (each.key == key && each.state != store::RecordState::kRejected) {
        return Known(each, hash);
      }
    }
    return std::nullopt;
  }

  void Commit(store::NewVersion intake, Done done) override {
    {
      std::lock_guard lock(mutex_);
      if (holding_) {
        waiting_.push_back([this, intake = std::move(intake), done = std::move(done)]() mutable {
          done(Keep(std::move(intake)));
        });
        return;
      }
    }
    done(Keep(std::move(intake)));
  }

  absl::StatusOr<store::RecordRow> GetRecord(const RecordKey& key) override {
    std::lock_guard lock(mutex_);
    const store::NewVersion* found = Newest(key);
    if (found == nullptr) return absl::NotFoundError("no such record");
    return RowOf(*found);
  }
  absl::StatusOr<std::string> GetRecordBytes(const RecordKey& key) override {
    std::lock_guard lock(mutex_);
    const store::NewVersion* found = Newest(key);
    if (found == nullptr) return absl::NotFoundError("no such record");
    return found->bytes;
  }
  absl::StatusOr<std::vector<store::Resource>> GetResources(const RecordKey& key) override {
    std::lock_guard lock(mutex_);
    const store::NewVersion* found = Newest(key);
    if (found == nullptr) return absl::NotFoundError("no such record");
    return found->resources;
  }
  absl::StatusOr<std::vector<store::DeliveryRow>> GetDeliveries(const RecordKey& key) override {
    std::lock_guard lock(mutex_);
    const store::NewVersion* found = Newest(key);
    if (found == nullptr) return absl::NotFoundError("no such record");
    return DeliveriesOf(*found);
  }
  absl::StatusOr<RecordKey> FindResource(std::string_view, std::string_view) override {
    return absl::NotFoundError("no such resource");
  }
  absl::StatusOr<store::Page<store::RecordRow>> ListRecords(
      const store::RecordQuery& query) override {
    std::lock_guard lock(mutex_);
    last_limit_ = query.limit;
    store::Page<store::RecordRow> page;
    for (const store::NewVersion& each : committed_) {
      if (each.key.name.tenant != query.tenant) continue;
      if (query.state.has_value() && each.state != *query.state) continue;
      page.rows.push_back(RowOf(each));
    }
    return page;
  }
  absl::StatusOr<store::Page<store::DeliveryRow>> ListDeliveries(
      const store::DeliveryQuery& query) override {
    std::lock_guard lock(mutex_);
    store::Page<store::DeliveryRow> page;
    for (const store::NewVersion& each : committed_) {
      if (each.key.name.tenant != query.tenant) continue;
      for (store::DeliveryRow& row : DeliveriesOf(each)) page.rows.push_back(std::move(row));
    }
    return page;
  }
  absl::StatusOr<store::Ledger> CheckLedger(std::string_view tenant) override {
    std::lock_guard lock(mutex_);
    store::Ledger ledger;
    for (const store::NewVersion& each : committed_) {
      if (each.key.name.tenant != tenant) continue;
      ++ledger.records["received"];
      ++ledger.records[store::NameOf(each.state)];
    }
    return ledger;
  }
  absl::StatusOr<std::vector<std::string>> Tenants() override {
    std::lock_guard lock(mutex_);
    std::map<std::string, int> tenants;
    for (const store::NewVersion& each : committed_) ++tenants[each.key.name.tenant];
    std::vector<std::string> names;
    for (const auto& [name, count] : tenants) names.push_back(name);
    return names;
  }
  // Three pending of each tenant asked for.
  absl::StatusOr<std::vector<store::DestinationDepth>> DepthsOf(
      const std::vector<std::string>& tenants) override {
    store::DestinationDepth depth;
    depth.destination = "ehr";
    depth.pending = 3 * static_cast<int64_t>(tenants.size());
    return std::vector<store::DestinationDepth>{depth};
  }
  absl::StatusOr<std::vector<store::DestinationDepth>> Depths() override {
    store::DestinationDepth depth;
    depth.destination = "ehr";
    depth.pending = 3;
    return std::vector<store::DestinationDepth>{depth};
  }
  absl::Status RetryDelivery(const store::DeliveryKey& key, std::string_view why) override {
    return Lever("retry", key, why);
  }
  absl::Status CancelDelivery(const store::DeliveryKey& key, std::string_view why) override {
    return Lever("cancel", key, why);
  }
  absl::Status HoldDelivery(const store::DeliveryKey& key, std::string_view why) override {
    return Lever("hold", key, why);
  }
  absl::Status Health() override {
    std::lock_guard lock(mutex_);
    return failure_;
  }
  int last_limit() const { return last_limit_; }

  absl::StatusOr<store::Claimed> Claim(const store::ClaimRequest&) override {
    return store::Claimed();
  }
  absl::Status TakeBack(std::string_view) override { return absl::OkStatus(); }
  absl::Status JournalEntries(const store::DeliveryKey&, int64_t,
                              const std::vector<store::EntryResult>&) override {
    return absl::OkStatus();
  }
  absl::Status JournalError(const store::DeliveryKey&, int64_t,
                            const store::DeliveryError&) override {
    return absl::OkStatus();
  }
  absl::Status EndAttempt(const store::DeliveryKey&, int64_t, const store::AttemptEnd&) override {
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<store::FeedEntry>> ReadFeed(std::string_view, int64_t, int) override {
    return std::vector<store::FeedEntry>();
  }
  void OnDeliveriesDue(std::function<void()>) override {}

 private:
  static store::Placement Known(const store::NewVersion& stored, const Sha256& hash) {
    store::Placement result;
    const bool same = stored.content_hash == hash;
    result.verdict =
        same ? store::PlacementVerdict::kDuplicate : store::PlacementVerdict::kConflict;
    result.state = stored.state;
    result.receipt = HexOf(stored.content_hash);
    result.resources = static_cast<uint32_t>(stored.resources.size());
    result.deliveries = static_cast<uint32_t>(stored.deliveries.size());
    result.issues_json = stored.issues_json;
    result.signals_json = stored.signals_json;
    return result;
  }

  absl::StatusOr<store::Placement> Keep(store::NewVersion intake) {
    std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    if (fail_next_) {
      fail_next_ = false;
      return absl::ResourceExhaustedError("the disk of the store is full");
    }
    if (intake.still_wanted) {
      if (absl::Status wanted = intake.still_wanted(); !wanted.ok()) return wanted;
    }
    for (const store::NewVersion& each : committed_) {
      if (each.key == intake.key && each.state != store::RecordState::kRejected) {
        return Known(each, intake.content_hash);
      }
    }
    store::Placement result = Known(intake, intake.content_hash);
    result.verdict = store::PlacementVerdict::kStored;
    committed_.push_back(std::move(intake));
    return result;
  }

  const store::NewVersion* Newest(const RecordKey& key) const {
    const store::NewVersion* found = nullptr;
    for (const store::NewVersion& each : committed_) {
      const bool wanted = key.version == 0 || key.version == each.key.version;
      const bool newer = found == nullptr || found->key.version < each.key.version;
      if (each.key.name == key.name && wanted && newer) found = &each;
    }
    return found;
  }

  static store::RecordRow RowOf(const store::NewVersion& stored) {
    store::RecordRow row;
    row.key = stored.key;
    row.patient = stored.patient;
    row.state = stored.state;
    row.receipt = HexOf(stored.content_hash);
    row.resources = static_cast<uint32_t>(stored.resources.size());
    row.issues_json = stored.issues_json;
    row.signals_json = stored.signals_json;
    row.mapper = stored.mapper;
    row.config_hash = stored.config_hash;
    row.received_at = stored.received_at;
    return row;
  }

  std::vector<store::DeliveryRow> DeliveriesOf(const store::NewVersion& stored) const {
    std::vector<store::DeliveryRow> rows;
    for (const store::NewDelivery& each : stored.deliveries) {
      store::DeliveryRow row;
      row.key = {stored.key, each.destination};
      row.lane = each.lane;
      row.state = each.state;
      row.error = delivery_error_;
      row.created_at = stored.received_at;
      rows.push_back(row);
    }
    return rows;
  }

  absl::Status Lever(std::string_view what, const store::DeliveryKey& key, std::string_view why) {
    std::lock_guard lock(mutex_);
    lever_ = StrCat(what, " ", key.record.name.id, " ", key.record.version, " ", key.destination,
                    " ", why);
    return absl::OkStatus();
  }

  mutable std::mutex mutex_;
  bool holding_ = false;
  bool fail_next_ = false;
  absl::Status failure_;
  int last_limit_ = 0;
  std::string lever_;
  store::DeliveryError delivery_error_;
  std::deque<std::function<void()>> waiting_;
  std::vector<store::NewVersion> committed_;
};

}  // namespace kgw::intake

#endif  // TESTS_GATEWAY_INTAKE_FAKE_STORE_H_
