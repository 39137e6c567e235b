#ifndef GATEWAY_STORE_SQLITE_DATABASE_H_
#define GATEWAY_STORE_SQLITE_DATABASE_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kgw::store {

// How long a statement waits for another process's lock.
inline constexpr int kBusyMillis = 2000;

// One connection, used by one thread at a time. Owns its prepared statements.
class Database {
 public:
  // `vfs` empty: the default one. Never checkpoints by itself, neither on commit nor on close:
  // after a failed sync nothing may sync again.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path, int flags,
                                                        const std::string& vfs);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs statements that answer no rows, as they stand.
  absl::Status Run(const char* sql);
  // The first column of the first row of a statement; NOT_FOUND when it has none.
  absl::StatusOr<int64_t> Number(std::string_view sql);

  // Ids of words and, under 0, of tenants that a connection which only reads has found: they are
  // never changed nor taken away.
  absl::flat_hash_map<std::pair<int64_t, std::string>, int64_t>& known_words() { return words_; }

  sqlite3* handle() { return handle_; }
  // SQLite's extended code of the last failure, SQLITE_OK when there was none since ForgetFailure.
  int last_code() const { return last_code_; }
  void ForgetFailure() { last_code_ = SQLITE_OK; }
  absl::Status Failure(int code);

 private:
  friend class Query;
  explicit Database(sqlite3* handle) : handle_(handle) {}
  sqlite3_stmt* Prepared(std::string_view sql, absl::Status* status);

  sqlite3* handle_;
  int last_code_ = 0;
  absl::flat_hash_map<std::string, sqlite3_stmt*> statements_;
  absl::flat_hash_map<std::pair<int64_t, std::string>, int64_t> words_;
};

// A blob parameter of a Query.
struct AsBlob {
  std::string_view bytes;
};

// A statement's text with each state's name in brackets, as in "state < [delivered]", replaced by
// its number: SQL names states, and the enums alone say their numbers.
std::string WithStates(std::string_view sql);

// One use of a prepared statement, whose states stand as names (WithStates); resets it when it
// goes. The same text must not be in use twice at a time on one connection. The first failure
// sticks in status().
class Query {
 public:
  Query(Database& database, std::string_view sql);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // Binds the next parameters in turn. Text and blobs must live until the last Step.
  template <typename... Values>
  Query& With(const Values&... values) {
    (Bind(values), ...);
    return *this;
  }
  void Bind(int64_t value);
  void Bind(std::string_view text);
  void Bind(AsBlob blob);

  // True when there is a row. False at the end and on failure.
  bool Step();
  // Runs to the end.
  absl::Status Done();
  const absl::Status& status() const { return status_; }

  int64_t Int(int column) const { return sqlite3_column_int64(statement_, column); }
  std::string_view Text(int column) const;
  std::string_view Blob(int column) const;

 private:
  Database& database_;
  sqlite3_stmt* statement_ = nullptr;
  int next_ = 1;
  absl::Status status_;
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_DATABASE_H_
