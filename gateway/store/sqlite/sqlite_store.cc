#include "gateway/store/sqlite/sqlite_store.h"

#include <sys/stat.h>

#include <map>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "gateway/base/mutex.h"
#include "gateway/store/rules/body.h"
#include "gateway/store/rules/ends.h"
#include "gateway/store/sqlite/checkpointer.h"
#include "gateway/store/sqlite/claims.h"
#include "gateway/store/sqlite/deliveries.h"
#include "gateway/store/sqlite/free_bytes.h"
#include "gateway/store/sqlite/ledger.h"
#include "gateway/store/sqlite/lists.h"
#include "gateway/store/sqlite/lock_file.h"
#include "gateway/store/sqlite/open.h"
#include "gateway/store/sqlite/placing.h"
#include "gateway/store/sqlite/readers.h"
#include "gateway/store/sqlite/reads.h"
#include "gateway/store/sqlite/units.h"
#include "gateway/store/sqlite/writer.h"

namespace kgw::store {
namespace {

constexpr size_t kMaxStateBytes = size_t{1} << 20;

class FileStore final : public SqliteStore {
 public:
  FileStore(std::string path, std::unique_ptr<LockFile> lock, std::unique_ptr<Writer> writer,
            std::unique_ptr<Readers> readers, std::unique_ptr<Checkpointer> checkpointer)
      : path_(std::move(path)),
        lock_(std::move(lock)),
        readers_(std::move(readers)),
        writer_(std::move(writer)),
        checkpointer_(std::move(checkpointer)) {
    writer_->OnLog([this] { checkpointer_->Wake(); });
    writer_->Start();
  }
  ~FileStore() override {
    // The writer first: it answers what is queued and wakes the checkpointer until its end.
    writer_->Stop();
  }

  absl::StatusOr<std::optional<Placement>> FindDuplicate(const RecordKey& key,
                                                         const Sha256& content_hash) override {
    return Read([&](Database& database) { return ReadDuplicate(database, key, content_hash); });
  }
  void Commit(NewVersion version, std::function<void(absl::StatusOr<Placement>)> done) override;

  absl::StatusOr<Claimed> Claim(const ClaimRequest& request) override;
  absl::Status TakeBack(std::string_view owner) override {
    return writer_->Run([&](Batch& batch) { return ReleaseInFlight(batch, std::string(owner)); });
  }
  absl::Status JournalEntries(const DeliveryKey& key, int64_t token,
                              const std::vector<EntryResult>& entries) override {
    return Write([&](Batch& batch, absl::Status* answer) {
      return WriteEntries(batch, key, token, entries, answer);
    });
  }
  absl::Status JournalError(const DeliveryKey& key, int64_t token,
                            const DeliveryError& error) override {
    return Write([&](Batch& batch, absl::Status* answer) {
      return WriteError(batch, key, token, error, answer);
    });
  }
  absl::Status EndAttempt(const DeliveryKey& key, int64_t token, const AttemptEnd& end) override {
    return Write([&](Batch& batch, absl::Status* answer) {
      return WriteEnd(batch, key, token, end, answer);
    });
  }
  absl::Status RetryDelivery(const DeliveryKey& key, std::string_view why) override {
    return Write([&](Batch& batch, absl::Status* answer) {
      return WriteByHand(batch, key, Hand::kRetry, why, answer);
    });
  }
  absl::Status CancelDelivery(const DeliveryKey& key, std::string_view why) override {
    return Write([&](Batch& batch, absl::Status* answer) {
      return WriteByHand(batch, key, Hand::kCancel, why, answer);
    });
  }
  absl::Status HoldDelivery(const DeliveryKey& key, std::string_view why) override {
    return Write([&](Batch& batch, absl::Status* answer) {
      return WriteByHand(batch, key, Hand::kHold, why, answer);
    });
  }

  absl::StatusOr<RecordRow> GetRecord(const RecordKey& key) override {
    return Read([&](Database& database) { return ReadRecord(database, key); });
  }
  absl::StatusOr<std::string> GetRecordBytes(const RecordKey& key) override {
    return Read([&](Database& database) { return ReadBytes(database, key); });
  }
  absl::StatusOr<std::vector<Resource>> GetResources(const RecordKey& key) override {
    return Read([&](Database& database) { return ReadResources(database, key); });
  }
  absl::StatusOr<std::vector<DeliveryRow>> GetDeliveries(const RecordKey& key) override {
    return Read([&](Database& database) { return ReadDeliveries(database, key); });
  }
  absl::StatusOr<RecordKey> FindResource(std::string_view tenant,
                                         std::string_view resource_id) override {
    return Read([&](Database& database) { return ReadOwner(database, tenant, resource_id); });
  }
  absl::StatusOr<Page<RecordRow>> ListRecords(const RecordQuery& query) override {
    return Read([&](Database& database) { return ReadRecordPage(database, query); });
  }
  absl::StatusOr<Page<DeliveryRow>> ListDeliveries(const DeliveryQuery& query) override {
    return Read([&](Database& database) { return ReadDeliveryPage(database, query); });
  }
  absl::StatusOr<Ledger> CheckLedger(std::string_view tenant) override {
    return Read([&](Database& database) { return Recount(database, tenant); });
  }
  absl::StatusOr<std::vector<std::string>> Tenants() override {
    return Read([&](Database& database) { return ReadTenants(database); });
  }
  absl::StatusOr<std::vector<DestinationDepth>> Depths() override {
    return Read([&](Database& database) { return ReadDepths(database); });
  }
  absl::StatusOr<std::vector<DestinationDepth>> DepthsOf(
      const std::vector<std::string>& tenants) override {
    return Read([&](Database& database) { return ReadDepthsOf(database, tenants); });
  }

  absl::StatusOr<std::vector<FeedEntry>> ReadFeed(std::string_view tenant, int64_t after,
                                                  int limit) override {
    return Read([&](Database& database) { return ReadFeedRows(database, tenant, after, limit); });
  }

  absl::StatusOr<std::string> GetState(std::string_view plugin, std::string_view tenant,
                                       std::string_view key) override {
    return Read([&](Database& database) { return ReadState(database, plugin, tenant, key); });
  }
  absl::Status PutState(std::string_view plugin, std::string_view tenant, std::string_view key,
                        std::string_view value) override;

  void OnDeliveriesDue(std::function<void()> listener) override {
    writer_->OnDue(std::move(listener));
  }
  absl::Status Health() override { return writer_->Health(); }
  absl::Status Room() override { return writer_->Room(); }
  absl::StatusOr<int64_t> FreeBytes() override { return FreeBytesBeside(path_); }

 private:
  template <typename Ask>
  auto Read(Ask ask) -> decltype(ask(std::declval<Database&>())) {
    Snapshot snapshot(*readers_);
    if (!snapshot.status().ok()) return snapshot.status();
    return ask(snapshot.database());
  }
  // Waits for the commit; what the change itself answers comes after a failure of the store.
  template <typename Apply>
  absl::Status Write(Apply apply) {
    absl::Status answer;
    absl::Status status = writer_->Run([&](Batch& batch) { return apply(batch, &answer); });
    return status.ok() ? answer : status;
  }
  std::vector<Unit> Build(const std::vector<ClaimedRow>& claimed, absl::Time now);
  void EndUnread();

  const std::string path_;
  Mutex claims_mutex_;
  std::map<std::string, uint64_t> turns_
      KGW_GUARDED_BY(claims_mutex_);  // of each destination's claims
  // Claimed and neither given out nor ended so far.
  std::vector<std::pair<ClaimedRow, AttemptEnd>> unread_ KGW_GUARDED_BY(claims_mutex_);
  std::unique_ptr<LockFile> lock_;
  std::unique_ptr<Readers> readers_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<Checkpointer> checkpointer_;
};

void FileStore::Commit(NewVersion version, std::function<void(absl::StatusOr<Placement>)> done) {
  struct Pending {
    PreparedVersion prepared;
    Placement result;
    absl::Status wanted;
    std::function<void(absl::StatusOr<Placement>)> done;
  };
  auto pending = std::make_shared<Pending>();
  pending->prepared = Prepare(std::move(version));
  pending->done = std::move(done);
  Change change;
  change.bytes = pending->prepared.Bytes();
  change.apply = [pending](Batch& batch) {
    const auto& still_wanted = pending->prepared.version.still_wanted;
    pending->wanted = still_wanted ? still_wanted() : absl::OkStatus();
    if (!pending->wanted.ok()) return absl::OkStatus();
    return ApplyVersion(batch, pending->prepared, &pending->result);
  };
  change.finish = [pending](const absl::Status& status) {
    if (!status.ok()) {
      pending->done(status);
    } else if (!pending->wanted.ok()) {
      pending->done(pending->wanted);
    } else {
      pending->done(std::move(pending->result));
    }
  };
  writer_->Add(Writer::Class::kIntake, std::move(change));
}

absl::StatusOr<Claimed> FileStore::Claim(const ClaimRequest& request) {
  if (request.owner.empty()) {
    return absl::InvalidArgumentError("a claim is of somebody: name its owner");
  }
  EndUnread();
  const auto next_due = [&](Database& database) {
    return ReadNextDue(database, request.destination, request.owner);
  };
  Claimed claimed;
  // Asking first keeps a poll that finds nothing from costing a commit.
  auto next = Read(next_due);
  if (!next.ok()) return next.status();
  claimed.next_due = *next;
  if ((*next > request.now && *next <= request.furthest) || *next == absl::InfiniteFuture() ||
      request.limit <= 0) {
    return claimed;
  }
  uint64_t turn = 0;
  {
    MutexLock lock(claims_mutex_);
    turn = turns_[request.destination]++;
  }
  std::vector<ClaimedRow> rows;
  absl::Status status =
      writer_->Run([&](Batch& batch) { return ClaimDue(batch, request, turn, &rows); });
  if (!status.ok()) return status;
  claimed.units = Build(rows, request.now);
  // What has been claimed is the caller's, whether or not more can be said.
  next = Read(next_due);
  claimed.next_due = next.ok() ? *next : request.now;
  return claimed;
}

// A claim that nobody hears of would stay in flight: it ends here, as what it is, or with the next
// claim when the store cannot write that now.
void FileStore::EndUnread() {
  std::vector<std::pair<ClaimedRow, AttemptEnd>> unread;
  {
    MutexLock lock(claims_mutex_);
    unread.swap(unread_);
  }
  for (auto& [row, end] : unread) {
    const absl::Status status = Write([&](Batch& batch, absl::Status* answer) {
      return WriteEndOf(batch, row.delivery, row.token, end, answer);
    });
    // Another answer than that of a full or busy store says that it has ended already.
    if (status.ok() || absl::IsFailedPrecondition(status)) continue;
    MutexLock lock(claims_mutex_);
    unread_.emplace_back(row, std::move(end));
  }
}

std::vector<Unit> FileStore::Build(const std::vector<ClaimedRow>& claimed, absl::Time now) {
  std::vector<Unit> units;
  for (const ClaimedRow& row : claimed) {
    Unit unit;
    absl::Status status = [&] {
      Snapshot snapshot(*readers_);
      if (!snapshot.status().ok()) return snapshot.status();
      return ReadUnit(snapshot.database(), row.delivery, &unit);
    }();
    if (status.ok()) {
      units.push_back(std::move(unit));
      continue;
    }
    MutexLock lock(claims_mutex_);
    unread_.emplace_back(row, UnreadableEnd(status, now));
  }
  EndUnread();
  return units;
}

absl::Status FileStore::PutState(std::string_view plugin, std::string_view tenant,
                                 std::string_view key, std::string_view value) {
  if (value.size() > kMaxStateBytes) {
    return absl::InvalidArgumentError("a plug-in's value may have 1 MB at most");
  }
  const std::string body = EncodeBody(value);
  return writer_->Run([&](Batch& batch) {
    Query put(batch.database(),
              "INSERT OR REPLACE INTO plugin_state(tenant, plugin, key, value) "
              "VALUES(?, ?, ?, ?)");
    return put.With(tenant, plugin, key, AsBlob{body}).Done();
  });
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteStore>> OpenSqliteStore(const SqliteOptions& options) {
  // Records lie in it as they came: nobody else on this machine may read a file made here. The log
  // takes its rights from the file.
  const mode_t before = umask(0077);
  const absl::Cleanup restore = [before] { umask(before); };
  auto lock = LockFile::Take(options.path + ".lock");
  if (!lock.ok()) return lock.status();
  auto writing = OpenForWriting(options);
  if (!writing.ok()) return writing.status();
  auto readers = Readers::Open(options);
  if (!readers.ok()) return readers.status();
  auto copying = Database::Open(options.path, SQLITE_OPEN_READWRITE, options.vfs);
  if (!copying.ok()) return copying.status();
  auto writer = std::make_unique<Writer>(*std::move(writing), options, *options.clock);
  auto checkpointer =
      std::make_unique<Checkpointer>(*std::move(copying), *writer, options.checkpoint_bytes);
  return std::make_unique<FileStore>(options.path, *std::move(lock), std::move(writer),
                                     *std::move(readers), std::move(checkpointer));
}

}  // namespace kgw::store
