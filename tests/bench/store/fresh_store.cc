#include "tests/bench/store/fresh_store.h"

#include <sqlite3.h>

#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <mutex>

#include "absl/time/clock.h"
#include "gateway/store/sqlite/sqlite_store.h"

namespace kgw::bench {

using store::NewVersion;
using store::Store;

Folder::Folder(const std::string& under) : path_(under + "/store-bench-XXXXXX") {
  if (mkdtemp(path_.data()) == nullptr) std::abort();
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::unique_ptr<Store> OpenOrDie(const std::string& path) {
  store::SqliteOptions options;
  options.path = path;
  auto opened = store::OpenSqliteStore(options);
  if (!opened.ok()) {
    std::cerr << opened.status() << std::endl;
    std::exit(1);
  }
  return *std::move(opened);
}

void Submit(Store& store, std::vector<NewVersion> intakes) {
  std::mutex mutex;
  std::condition_variable room;
  int in_flight = 0;
  for (NewVersion& intake : intakes) {
    {
      std::unique_lock<std::mutex> lock(mutex);
      room.wait(lock, [&] { return in_flight < kInFlight; });
      ++in_flight;
    }
    store.Commit(std::move(intake), [&](const absl::StatusOr<store::Placement>& result) {
      if (!result.ok() || result->verdict != store::PlacementVerdict::kStored) std::abort();
      std::lock_guard<std::mutex> lock(mutex);
      --in_flight;
      room.notify_one();
    });
  }
  std::unique_lock<std::mutex> lock(mutex);
  room.wait(lock, [&] { return in_flight == 0; });
}

void Recount(Store& store, int64_t expected) {
  auto ledger = store.CheckLedger("demo-clinic");
  if (!ledger.ok() || !ledger->agrees || ledger->records["received"] != expected) std::abort();
}

double RawPerSecond(const std::string& path, const std::vector<NewVersion>& intakes) {
  sqlite3* database = nullptr;
  sqlite3_open(path.c_str(), &database);
  sqlite3_exec(database,
               "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
               "CREATE TABLE record(id INTEGER PRIMARY KEY, bytes BLOB)",
               nullptr, nullptr, nullptr);
  sqlite3_stmt* add = nullptr;
  sqlite3_prepare_v2(database, "INSERT INTO record(bytes) VALUES(?)", -1, &add, nullptr);
  const absl::Time start = absl::Now();
  for (size_t i = 0; i < intakes.size(); ++i) {
    if (i % kInFlight == 0) sqlite3_exec(database, "BEGIN", nullptr, nullptr, nullptr);
    sqlite3_bind_blob(add, 1, intakes[i].bytes.data(), static_cast<int>(intakes[i].bytes.size()),
                      SQLITE_STATIC);
    sqlite3_step(add);
    sqlite3_reset(add);
    if (i % kInFlight == kInFlight - 1 || i + 1 == intakes.size()) {
      if (sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK) std::abort();
    }
  }
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  sqlite3_finalize(add);
  sqlite3_close(database);
  return static_cast<double>(intakes.size()) / seconds;
}

}  // namespace kgw::bench
