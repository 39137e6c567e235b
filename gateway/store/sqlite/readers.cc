#include "gateway/store/sqlite/readers.h"

#include <algorithm>
#include <utility>

namespace kgw::store {
namespace {

constexpr const char* kSettings =
    "PRAGMA query_only = 1; PRAGMA cache_size = -2000; PRAGMA temp_store = MEMORY;";

}  // namespace

absl::StatusOr<std::unique_ptr<Readers>> Readers::Open(const SqliteOptions& options) {
  auto readers = std::make_unique<Readers>();
  for (int i = 0; i < std::max(options.readers, 1); ++i) {
    auto database = Database::Open(options.path, SQLITE_OPEN_READWRITE, options.vfs);
    if (!database.ok()) return database.status();
    if (absl::Status status = (*database)->Run(kSettings); !status.ok()) return status;
    MutexLock lock(readers->mutex_);
    readers->free_.push_back(database->get());
    readers->all_.push_back(*std::move(database));
  }
  return readers;
}

Database* Readers::Take() {
  MutexLock lock(mutex_);
  free_again_.Wait(lock, [&]() KGW_REQUIRES(mutex_) { return !free_.empty(); });
  Database* database = free_.back();
  free_.pop_back();
  return database;
}

void Readers::Return(Database* database) {
  {
    MutexLock lock(mutex_);
    free_.push_back(database);
  }
  free_again_.NotifyOne();
}

Snapshot::Snapshot(Readers& readers) : readers_(readers), database_(readers.Take()) {
  Query begin(*database_, "BEGIN");
  status_ = begin.Done();
}

Snapshot::~Snapshot() {
  if (status_.ok()) {
    Query end(*database_, "COMMIT");
    end.Done().IgnoreError();
  }
  readers_.Return(database_);
}

}  // namespace kgw::store
