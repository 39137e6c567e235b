#include "gateway/store/sqlite/database.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/strings.h"
#include "gateway/base/violation.h"
#include "gateway/store/states.h"

namespace kgw::store {
absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& path, int flags,
                                                         const std::string& vfs) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                      vfs.empty() ? nullptr : vfs.c_str());
  if (handle == nullptr) return absl::ResourceExhaustedError("no memory to open the store");
  std::unique_ptr<Database> database(new Database(handle));
  if (code != SQLITE_OK) return database->Failure(code);
  sqlite3_busy_timeout(handle, kBusyMillis);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_wal_autocheckpoint(handle, 0);
  return database;
}

Database::~Database() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

absl::Status Database::Failure(int code) {
  last_code_ = code;
  const std::string text = absl::StrCat(sqlite3_errstr(code), " (SQLite ", code, ")");
  switch (code & 0xff) {
    case SQLITE_FULL:
      return RetryLater(absl::StatusCode::kResourceExhausted,
                        "the disk of the store is full: free some space", absl::Seconds(5));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(absl::StrCat("the store's file is damaged: ", text));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return RetryLater(absl::StatusCode::kUnavailable,
                        absl::StrCat("the store is locked by another process: ", text),
                        absl::Seconds(1));
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return absl::PermissionDeniedError(absl::StrCat("the store may not be written: ", text));
    case SQLITE_CANTOPEN:
      return absl::NotFoundError(absl::StrCat("the store cannot be opened: ", text));
    case SQLITE_IOERR:
      return absl::UnavailableError(absl::StrCat("the disk of the store failed: ", text));
    default:
      return absl::InternalError(
          absl::StrCat("the store failed: ", text, ": ", sqlite3_errmsg(handle_)));
  }
}

absl::Status Database::Run(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : Failure(code);
}

absl::StatusOr<int64_t> Database::Number(std::string_view sql) {
  Query query(*this, sql);
  if (query.Step()) return query.Int(0);
  if (!query.status().ok()) return query.status();
  return absl::NotFoundError("no row");
}

std::string WithStates(std::string_view sql) {
  std::string text(sql);
  const auto replace = [&](const auto& states) {
    for (const auto state : states) {
      absl::StrReplaceAll(
          {{absl::StrCat("[", NameOf(state), "]"), absl::StrCat(static_cast<int>(state))}}, &text);
    }
  };
  replace(kRecordStates);
  replace(kDeliveryStates);
  return text;
}

sqlite3_stmt* Database::Prepared(std::string_view sql, absl::Status* status) {
  if (auto found = statements_.find(Abseil(sql)); found != statements_.end()) return found->second;
  sqlite3_stmt* statement = nullptr;
  const std::string text = WithStates(sql);
  const int code = sqlite3_prepare_v3(handle_, text.data(), static_cast<int>(text.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) {
    *status = Failure(code);
    return nullptr;
  }
  statements_.emplace(std::string(sql), statement);
  return statement;
}

Query::Query(Database& database, std::string_view sql) : database_(database) {
  statement_ = database.Prepared(sql, &status_);
}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Query::Bind(int64_t value) {
  if (statement_ != nullptr) sqlite3_bind_int64(statement_, next_++, value);
}

void Query::Bind(std::string_view text) {
  if (statement_ == nullptr) return;
  // A null pointer would bind NULL where an empty text is meant.
  const char* data = text.empty() ? "" : text.data();
  sqlite3_bind_text(statement_, next_++, data, static_cast<int>(text.size()), SQLITE_STATIC);
}

void Query::Bind(AsBlob blob) {
  if (statement_ == nullptr) return;
  const char* data = blob.bytes.empty() ? "" : blob.bytes.data();
  sqlite3_bind_blob(statement_, next_++, data, static_cast<int>(blob.bytes.size()), SQLITE_STATIC);
}

bool Query::Step() {
  if (!status_.ok()) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) status_ = database_.Failure(code);
  return false;
}

absl::Status Query::Done() {
  while (Step()) {
  }
  return status_;
}

std::string_view Query::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string_view Query::Blob(int column) const {
  const auto* blob = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  if (blob == nullptr) return {};
  return {blob, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

}  // namespace kgw::store
