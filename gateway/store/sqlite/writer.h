#ifndef GATEWAY_STORE_SQLITE_WRITER_H_
#define GATEWAY_STORE_SQLITE_WRITER_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "gateway/base/clock.h"
#include "gateway/base/mutex.h"
#include "gateway/store/sqlite/batch.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/sqlite/options.h"

namespace kgw::store {

// One change to be made. `apply` runs on the writer's thread inside a transaction, perhaps a second
// time after a rollback, and answers only failures of the store itself; an answer such as NOT_FOUND
// is decided before anything is written and kept in what `apply` captured. `finish` hears OK after
// the commit, or why there was none.
struct Change {
  std::function<absl::Status(Batch&)> apply;
  std::function<void(const absl::Status&)> finish;
  size_t bytes = 0;
};

// The one thread that writes. It takes what has waited as one transaction with one sync; when a
// change fails it rolls back and gives each its own transaction, so that only that change fails. It
// also keeps the write-ahead log short, between two batches. Once a sync or a write has failed, it
// answers nothing but that failure until the store is opened again. A full disk passes: while the
// last commit found no room and nobody asks for another, it tries one of its own now and then.
class Writer {
 public:
  enum class Class { kIntake, kDelivery };

  Writer(std::unique_ptr<Database> database, const SqliteOptions& options, const Clock& clock);
  ~Writer();

  void Start();
  // Answers all that is queued, then stops. Once.
  void Stop();
  // Before Start: called after each batch, on the writer's thread.
  void OnLog(std::function<void()> listener);

  void Add(Class queue, Change change);
  // Queues under kDelivery and waits for the commit.
  absl::Status Run(std::function<absl::Status(Batch&)> apply);

  void OnDue(std::function<void()> listener);
  absl::Status Health();
  // Why the last commit found no room on the disk; OK once one has succeeded again.
  absl::Status Room();
  // Called by whoever saw the disk fail.
  void Fail(const absl::Status& why);
  // Bytes of the write-ahead log in use.
  int64_t LogBytes() const { return log_bytes_.load(); }

 private:
  struct Queue {
    std::deque<Change> changes;
    size_t bytes = 0;
  };

  void Loop();
  std::vector<Change> Take();
  static void Move(Queue& from, size_t count_limit, size_t* bytes_left,
                   std::vector<Change>* changes);
  void RunBatch(std::vector<Change>& changes);
  absl::Status Try(Change* changes, size_t count);
  absl::Status Commit();
  absl::Status Judge(absl::Status status, bool committing);
  void TryForRoom();
  void FinishLog();
  void Listen();

  std::unique_ptr<Database> database_;
  const SqliteOptions options_;
  const Clock& clock_;
  Batch batch_;
  std::atomic<int64_t> log_bytes_{0};
  int64_t next_finish_ = 0;
  bool change_failed_ = false;  // in the last Try, before the commit
  int changes_ = 0;             // SQLite's count of changed rows before the last Try
  std::function<void()> log_listener_;

  Mutex mutex_;
  ConditionVariable wake_;
  Queue intake_ KGW_GUARDED_BY(mutex_);
  Queue delivery_ KGW_GUARDED_BY(mutex_);
  bool stopping_ KGW_GUARDED_BY(mutex_) = false;
  absl::Status failed_ KGW_GUARDED_BY(mutex_);
  absl::Status room_ KGW_GUARDED_BY(mutex_);
  Mutex listener_mutex_;
  std::function<void()> listener_ KGW_GUARDED_BY(listener_mutex_);
  std::thread thread_;
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_WRITER_H_
