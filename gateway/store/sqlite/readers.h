#ifndef GATEWAY_STORE_SQLITE_READERS_H_
#define GATEWAY_STORE_SQLITE_READERS_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/base/mutex.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/sqlite/options.h"

namespace kgw::store {

// A few connections for reading; who finds none free waits. Safe from any thread.
class Readers {
 public:
  static absl::StatusOr<std::unique_ptr<Readers>> Open(const SqliteOptions& options);

 private:
  friend class Snapshot;
  Database* Take();
  void Return(Database* database);

  Mutex mutex_;
  ConditionVariable free_again_;
  std::vector<std::unique_ptr<Database>> all_;
  std::vector<Database*> free_ KGW_GUARDED_BY(mutex_);
};

// One connection and one view of the store, unchanged while it lives. Keep it short: the log cannot
// be copied back past it.
class Snapshot {
 public:
  explicit Snapshot(Readers& readers);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  const absl::Status& status() const { return status_; }
  Database& database() { return *database_; }

 private:
  Readers& readers_;
  Database* database_;
  absl::Status status_;
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_READERS_H_
