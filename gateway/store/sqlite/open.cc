#include "gateway/store/sqlite/open.h"

#include "gateway/base/strings.h"
#include "gateway/store/sqlite/batch.h"
#include "gateway/store/sqlite/deliveries.h"
#include "gateway/store/sqlite/refresh_log.h"
#include "gateway/store/sqlite/schema.h"

namespace kgw::store {
namespace {

// What a person can do about it, put behind what was found.
absl::Status WithWayOn(const absl::Status& status, const std::string& path) {
  std::string way;
  switch (status.code()) {
    case absl::StatusCode::kDataLoss:
      way =
          "keep the file as it is, restore the last good copy in its place, and submit again "
          "what came later";
      break;
    case absl::StatusCode::kPermissionDenied:
      way = "let the gateway's user write the file and its folder";
      break;
    case absl::StatusCode::kNotFound:
      way = "check that the folder of store.path exists and may be written";
      break;
    case absl::StatusCode::kUnavailable:
      way = "look at the disk's own log, and stop what else has the file open";
      break;
    default:
      return absl::Status(status.code(), StrCat("store ", path, ": ", Std(status.message())));
  }
  return absl::Status(status.code(),
                      StrCat("store ", path, ": ", Std(status.message()), ": ", way));
}

absl::Status Configure(Database& database) {
  absl::Status status = database.Run(
      StrCat("PRAGMA page_size = ", kPageBytes, "; PRAGMA cache_size = -24000; ",
             "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = 0; PRAGMA synchronous = FULL")
          .c_str());
  if (!status.ok()) return status;
  // Reading the header comes first: it tells a damaged or foreign file before anything is written.
  auto version = database.Number("PRAGMA schema_version");
  if (!version.ok()) return version.status();
  if (sqlite3_db_readonly(database.handle(), "main") == 1) {
    return absl::PermissionDeniedError("the file may only be read");
  }
  return absl::OkStatus();
}

absl::Status UseLog(Database& database) {
  std::string mode;
  {
    Query query(database, "PRAGMA journal_mode = WAL");
    if (query.Step()) mode = query.Text(0);
    // The change itself is committed behind its answer.
    if (absl::Status status = query.Done(); !status.ok()) return status;
  }
  if (mode == "wal") return absl::OkStatus();
  return absl::FailedPreconditionError(
      "this file system cannot hold the store (no shared memory for a write-ahead log): use a "
      "local disk");
}

// Writes once, so that a full disk or a read-only one shows now, not at the first record.
absl::Status Begin(Database& database, absl::Time now) {
  absl::Status status = database.Run("BEGIN IMMEDIATE");
  if (!status.ok()) return status;
  Batch batch(database, now);
  {
    Query opened(database, "INSERT OR REPLACE INTO meta(key, value) VALUES('opened', ?)");
    status = opened.With(MicrosOf(now)).Done();
  }
  if (status.ok()) status = ReleaseInFlight(batch);
  if (status.ok()) status = batch.FlushCounters();
  if (status.ok()) status = database.Run("COMMIT");
  if (!status.ok()) database.Run("ROLLBACK").IgnoreError();
  return status;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenForWriting(const SqliteOptions& options) {
  if (absl::Status status = RefreshLog(options.path + "-wal"); !status.ok()) return status;
  auto database =
      Database::Open(options.path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, options.vfs);
  absl::Status status = database.status();
  if (status.ok()) status = Configure(**database);
  // A newer or foreign file is refused before the log's mode would change it.
  if (status.ok()) status = CheckVersion(**database);
  if (status.ok()) status = UseLog(**database);
  if (status.ok()) status = Migrate(**database);
  if (status.ok()) status = Begin(**database, options.clock->Now());
  if (!status.ok()) return WithWayOn(status, options.path);
  return database;
}

}  // namespace kgw::store
