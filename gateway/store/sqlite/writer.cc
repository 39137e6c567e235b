#include "gateway/store/sqlite/writer.h"

#include <algorithm>
#include <future>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/violation.h"
#include "gateway/store/sqlite/free_bytes.h"
#include "gateway/store/sqlite/schema.h"

namespace kgw::store {
namespace {

constexpr absl::Duration kComeBack = absl::Milliseconds(200);

constexpr int64_t kFrameBytes = kPageBytes + 24;
constexpr int kFinishWaitMillis = 100;

int KeepLogSize(void* bytes, sqlite3*, const char*, int frames) {
  static_cast<std::atomic<int64_t>*>(bytes)->store(frames * kFrameBytes);
  return SQLITE_OK;
}

}  // namespace

Writer::Writer(std::unique_ptr<Database> database, const SqliteOptions& options, const Clock& clock)
    : database_(std::move(database)),
      options_(options),
      clock_(clock),
      batch_(*database_, clock.Now()) {
  sqlite3_wal_hook(database_->handle(), KeepLogSize, &log_bytes_);
}

void Writer::Start() {
  thread_ = std::thread([this] { Loop(); });
}

Writer::~Writer() { Stop(); }

void Writer::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void Writer::Add(Class queue, Change change) {
  absl::Status refusal;
  {
    MutexLock lock(mutex_);
    Queue& waiting = queue == Class::kIntake ? intake_ : delivery_;
    if (!failed_.ok()) {
      refusal = failed_;
    } else if (stopping_) {
      refusal = RetryLater(absl::StatusCode::kUnavailable, "the store is closing", kComeBack);
    } else if (waiting.changes.size() >= options_.queue_changes ||
               waiting.bytes + change.bytes > options_.queue_bytes) {
      refusal = RetryLater(absl::StatusCode::kResourceExhausted,
                           "the store has more to write than it can keep waiting", kComeBack);
    } else {
      waiting.bytes += change.bytes;
      waiting.changes.push_back(std::move(change));
      wake_.NotifyOne();
      return;
    }
  }
  change.finish(refusal);
}

absl::Status Writer::Run(std::function<absl::Status(Batch&)> apply) {
  std::promise<absl::Status> done;
  std::future<absl::Status> answer = done.get_future();
  Add(Class::kDelivery,
      {std::move(apply), [&done](const absl::Status& status) { done.set_value(status); }, 256});
  return answer.get();
}

void Writer::OnLog(std::function<void()> listener) { log_listener_ = std::move(listener); }

void Writer::OnDue(std::function<void()> listener) {
  MutexLock lock(listener_mutex_);
  listener_ = std::move(listener);
}

absl::Status Writer::Health() {
  MutexLock lock(mutex_);
  return failed_;
}

absl::Status Writer::Room() {
  MutexLock lock(mutex_);
  return room_;
}

void Writer::Fail(const absl::Status& why) {
  MutexLock lock(mutex_);
  if (!failed_.ok()) return;
  failed_ = absl::Status(why.code(), absl::StrCat(why.message(),
                                                  "; nothing more is taken until the disk has been "
                                                  "looked at and the gateway started again"));
}

void Writer::Loop() {
  while (true) {
    std::vector<Change> changes = Take();
    // Before the batch and not behind it: who waits for an answer has it already.
    if (log_bytes_.load() > options_.finish_bytes) FinishLog();
    if (!changes.empty()) {
      RunBatch(changes);
      continue;
    }
    {
      MutexLock lock(mutex_);
      if (stopping_ && intake_.changes.empty() && delivery_.changes.empty()) return;
    }
    TryForRoom();
  }
}

// Half of a batch is kept for each class; what one does not need the other may use.
std::vector<Change> Writer::Take() {
  std::vector<Change> changes;
  MutexLock lock(mutex_);
  const bool full = log_bytes_.load() > options_.stop_bytes && failed_.ok();
  auto ready = [&]() KGW_REQUIRES(mutex_) {
    return stopping_ || !delivery_.changes.empty() || (!full && !intake_.changes.empty());
  };
  // With a full log there is work to do even when nobody else asks.
  if (full) {
    wake_.WaitFor(lock, std::chrono::milliseconds(20), ready);
  } else if (!room_.ok() && failed_.ok()) {
    wake_.WaitFor(lock, absl::ToChronoMilliseconds(options_.try_for_room), ready);
  } else {
    wake_.Wait(lock, ready);
  }
  const bool take_intake = !full || stopping_;
  size_t bytes = options_.batch_bytes;
  const size_t half = std::max<size_t>(options_.batch_changes / 2, 1);
  const size_t waiting = take_intake ? intake_.changes.size() : 0;
  const size_t for_delivery =
      waiting >= half ? half : std::max<size_t>(options_.batch_changes - waiting, 1);
  Move(delivery_, for_delivery, &bytes, &changes);
  if (take_intake) Move(intake_, options_.batch_changes - changes.size(), &bytes, &changes);
  return changes;
}

void Writer::Move(Queue& from, size_t count_limit, size_t* bytes_left,
                  std::vector<Change>* changes) {
  for (size_t count = 0; count < count_limit && !from.changes.empty(); ++count) {
    Change& change = from.changes.front();
    // One change alone always fits, or it would wait for ever.
    if (change.bytes > *bytes_left && !changes->empty()) return;
    *bytes_left -= std::min(change.bytes, *bytes_left);
    from.bytes -= change.bytes;
    changes->push_back(std::move(change));
    from.changes.pop_front();
  }
}

void Writer::RunBatch(std::vector<Change>& changes) {
  absl::Status status = Try(changes.data(), changes.size());
  // When one of them is at fault, alone the others need not suffer for it.
  const bool isolate = !status.ok() && change_failed_ && changes.size() > 1 && Health().ok() &&
                       !absl::IsResourceExhausted(status);
  for (Change& change : changes) change.finish(isolate ? Try(&change, 1) : status);
  if (batch_.due) Listen();
  if (log_listener_) log_listener_();
}

absl::Status Writer::Try(Change* changes, size_t count) {
  if (absl::Status failed = Health(); !failed.ok()) return failed;
  batch_.set_now(clock_.Now());
  change_failed_ = false;
  database_->ForgetFailure();
  changes_ = sqlite3_total_changes(database_->handle());
  if (absl::Status begun = database_->Run("BEGIN IMMEDIATE"); !begun.ok()) {
    return Judge(begun, /*committing=*/false);
  }
  absl::Status status;
  for (size_t i = 0; i < count && status.ok(); ++i) status = changes[i].apply(batch_);
  if (status.ok()) status = batch_.FlushCounters();
  if (!status.ok()) {
    change_failed_ = true;
    status = Judge(status, /*committing=*/false);
    database_->Run("ROLLBACK").IgnoreError();
    batch_.Forget();
    return status;
  }
  return Commit();
}

absl::Status Writer::Commit() {
  absl::Status status = database_->Run("COMMIT");
  if (!status.ok()) {
    status = Judge(status, /*committing=*/true);
    database_->Run("ROLLBACK").IgnoreError();
    batch_.Forget();
    return status;
  }
  // One that changed nothing needed no room.
  const bool wrote = sqlite3_total_changes(database_->handle()) != changes_;
  MutexLock lock(mutex_);
  if (wrote) room_ = absl::OkStatus();
  // A sync that failed elsewhere meanwhile: nothing is promised after it.
  return failed_;
}

// Which failures end this store's life: all that leave the state of the file unknown. A full disk
// rolls back cleanly; a page that could not be read or a damaged body harms nobody else.
absl::Status Writer::Judge(absl::Status status, bool committing) {
  const int code = database_->last_code();
  const int primary = code & 0xff;
  const bool reading = code == SQLITE_IOERR_READ || code == SQLITE_IOERR_SHORT_READ;
  const bool damaged = primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
  if (damaged || (primary == SQLITE_IOERR && (committing || !reading))) {
    Fail(status);
    return Health();
  }
  if (primary == SQLITE_FULL) {
    MutexLock lock(mutex_);
    room_ = status;
  }
  return status;
}

// Who is told that the disk is full stays away, so no commit of theirs would show that there is
// room again. Not before there is room for a whole batch: a smaller one would fill the disk anew.
void Writer::TryForRoom() {
  if (Room().ok()) return;
  const auto free = FreeBytesBeside(options_.path);
  if (free.ok() && *free < static_cast<int64_t>(options_.batch_bytes)) return;
  Change change;
  change.apply = [](Batch& batch) {
    Query tried(batch.database(),
                "INSERT OR REPLACE INTO meta(key, value) VALUES('tried_for_room', ?)");
    return tried.With(MicrosOf(batch.now())).Done();
  };
  Try(&change, 1).IgnoreError();
}

// Copies the whole log back, so that the next batch begins it anew. Readers hold a snapshot for one
// page only, so waiting for them is short; when one does not end (somebody copies the file), we try
// again some megabytes later, or at once when intake waits for it.
void Writer::FinishLog() {
  const int64_t bytes = log_bytes_.load();
  if (!Health().ok() || (bytes < next_finish_ && bytes <= options_.stop_bytes)) return;
  sqlite3_busy_timeout(database_->handle(), kFinishWaitMillis);
  const int code = sqlite3_wal_checkpoint_v2(database_->handle(), nullptr,
                                             SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
  sqlite3_busy_timeout(database_->handle(), kBusyMillis);
  if (code == SQLITE_OK) {
    log_bytes_.store(0);
    next_finish_ = 0;
    return;
  }
  next_finish_ = log_bytes_.load() + options_.checkpoint_bytes;
  if ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CORRUPT) {
    Fail(database_->Failure(code));
  }
}

void Writer::Listen() {
  batch_.due = false;
  // Held while it runs: who has taken a listener away may let go of what it uses.
  MutexLock lock(listener_mutex_);
  if (listener_) listener_();
}

}  // namespace kgw::store
