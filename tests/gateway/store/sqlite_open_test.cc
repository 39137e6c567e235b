#include <sqlite3.h>
#include <sys/stat.h>

#include <fstream>
#include <future>
#include <sstream>

#include "absl/time/clock.h"
#include "gateway/base/violation.h"
#include "gateway/store/sqlite/schema.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "gmock/gmock.h"
#include "tests/gateway/store/samples.h"
#include "tests/gateway/store/scratch.h"

// What only the SQLite store promises: how it opens, refuses, migrates and pushes back.
namespace kgw::store {
namespace {

using absl::StatusCode;
using testing::HasSubstr;

std::string TextOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Runs SQL on a file that no store has open.
void RunSql(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  char* error = nullptr;
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK)
      << (error != nullptr ? error : "");
  sqlite3_free(error);
  sqlite3_close(database);
}

class SqliteOpen : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<SqliteStore>> Open() { return OpenSqliteStore(options_); }
  void SetUp() override { options_.path = scratch_.Path("store.db"); }
  void MakeStore() {
    auto store = Open();
    ASSERT_TRUE(store.ok()) << store.status();
    ASSERT_TRUE(Commit(**store, IntakeOf(KeyOf("Session", "S-1"), "P-1")).ok());
  }

  Scratch scratch_;
  SqliteOptions options_;
};

TEST_F(SqliteOpen, ASecondStoreIsRefusedAndToldWho) {
  auto first = Open();
  ASSERT_TRUE(first.ok()) << first.status();
  auto second = Open();
  EXPECT_EQ(second.status().code(), StatusCode::kUnavailable);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(absl::StrCat(getpid())));
  first->reset();
  EXPECT_TRUE(Open().ok());
}

TEST_F(SqliteOpen, ItsFilesAreForNobodyElse) {
  const mode_t before = umask(0022);
  auto store = Open();
  EXPECT_EQ(umask(before), mode_t{0022});
  ASSERT_TRUE(store.ok()) << store.status();
  ASSERT_TRUE(Commit(**store, IntakeOf(KeyOf("Session", "S-1"), "P-1")).ok());
  for (const char* end : {"", "-wal", "-shm", ".lock"}) {
    struct stat file {};
    ASSERT_EQ(stat((options_.path + end).c_str(), &file), 0) << end;
    EXPECT_EQ(file.st_mode & 0077, 0u) << end;
  }
}

TEST_F(SqliteOpen, AMissingFolderIsNamed) {
  options_.path = scratch_.Path("missing/store.db");
  EXPECT_EQ(Open().status().code(), StatusCode::kNotFound);
  EXPECT_THAT(std::string(Open().status().message()), HasSubstr("make the folder"));
}

TEST_F(SqliteOpen, ADamagedFileIsRefused) {
  std::ofstream(options_.path) << std::string(8192, 'x');
  EXPECT_EQ(Open().status().code(), StatusCode::kDataLoss);
  EXPECT_THAT(std::string(Open().status().message()), HasSubstr("restore the last good copy"));
}

TEST_F(SqliteOpen, AFileOfAnotherProgramIsRefusedAndLeftAlone) {
  RunSql(options_.path, "CREATE TABLE theirs(x)");
  const std::string before = TextOf(options_.path);
  EXPECT_EQ(Open().status().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(Open().status().message()), HasSubstr("another program"));
  EXPECT_EQ(TextOf(options_.path), before);
}

TEST_F(SqliteOpen, ANewerFileIsRefused) {
  MakeStore();
  RunSql(options_.path, "PRAGMA user_version = 99");
  EXPECT_EQ(Open().status().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(Open().status().message()), HasSubstr("schema 99"));
}

TEST_F(SqliteOpen, AFlippedBitInABodyIsSeenAtReadingAndEndsItsDelivery) {
  MakeStore();
  RunSql(options_.path,
         "UPDATE record SET body = substr(body, 1, 60) || x'00' || substr(body, 62), "
         "made = substr(made, 1, 60) || x'00' || substr(made, 62)");
  auto store = Open();
  ASSERT_TRUE(store.ok()) << store.status();
  const RecordKey key = KeyOf("Session", "S-1");
  EXPECT_EQ((*store)->GetRecordBytes(key).status().code(), StatusCode::kDataLoss);
  EXPECT_EQ((*store)->GetResources(key).status().code(), StatusCode::kDataLoss);
  EXPECT_TRUE((*store)->GetRecord(key).ok());
  auto units = Claim(**store, kEhr, 5, absl::InfiniteFuture());
  ASSERT_TRUE(units.ok()) << units.status();
  EXPECT_TRUE(units->empty());
  const DeliveryRow row = (*store)->GetDeliveries(key)->at(0);
  EXPECT_EQ(row.state, DeliveryState::kDead);
  EXPECT_EQ(row.error.error_class, ErrorClass::kDamaged);
}

// What version 1 made and version 2 has no more is still withdrawn, by what is known without it.
TEST_F(SqliteOpen, ADamagedEarlierVersionDoesNotStopTheNext) {
  {
    auto store = Open();
    ASSERT_TRUE(store.ok());
    const RecordKey first = KeyOf("Session", "S-1");
    ASSERT_TRUE(Commit(**store, IntakeOf(first, "P-1")).ok());
    auto units = Claim(**store, kEhr, 1, absl::InfiniteFuture());
    ASSERT_EQ(units->size(), 1u);
    std::vector<EntryResult> results;
    for (const Resource& resource : units->front().resources) {
      const std::string type = resource.role.substr(0, resource.role.find('/'));
      results.push_back(
          {absl::StrCat(type, "/", resource.id), EntryState::kDelivered, type + "/1", "1"});
    }
    ASSERT_TRUE(JournalEntries(**store, To(first), results).ok());
    ASSERT_TRUE(EndAttempt(**store, To(first), {}).ok());
    NewVersion next = IntakeOf(KeyOf("Session", "S-1", 2), "P-1");
    next.resources.clear();
    ASSERT_TRUE(Commit(**store, next).ok());
  }
  RunSql(options_.path,
         "UPDATE record SET made = substr(made, 1, 60) || x'00' || substr(made, 62) "
         "WHERE version = 1");
  auto store = Open();
  ASSERT_TRUE(store.ok());
  auto units = Claim(**store, kEhr, 1, absl::InfiniteFuture());
  ASSERT_TRUE(units.ok() && units->size() == 1);
  ASSERT_EQ(units->front().withdrawn.size(), 2u);
  EXPECT_EQ(units->front().withdrawn.front().role, "Encounter");
  const Resource& gone = units->front().withdrawn.back();
  EXPECT_EQ(gone.role, "Observation");
  EXPECT_EQ(gone.body, absl::StrCat(R"({"resourceType":"Observation","id":")", gone.id, "\"}"));
}

// One damaged row is nobody else's trouble, and the promise of its receipt still stands.
TEST_F(SqliteOpen, ARecordWithDamagedIssuesIsStillKnownAgain) {
  MakeStore();
  RunSql(options_.path,
         "UPDATE record SET notes = substr(notes, 1, length(notes) - 1) || "
         "CASE substr(notes, -1) WHEN x'00' THEN x'01' ELSE x'00' END");
  auto store = Open();
  ASSERT_TRUE(store.ok()) << store.status();
  const auto again = Commit(**store, IntakeOf(KeyOf("Session", "S-1"), "P-1"));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->verdict, PlacementVerdict::kDuplicate);
  EXPECT_THAT(again->issues_json, HasSubstr("the stored issues are damaged"));
  EXPECT_TRUE((*store)->Health().ok()) << (*store)->Health();
  EXPECT_TRUE(Commit(**store, IntakeOf(KeyOf("Session", "S-2"), "P-1")).ok());
}

TEST_F(SqliteOpen, AWrongCounterIsToldInASentence) {
  MakeStore();
  RunSql(options_.path, "UPDATE counter SET n = n + 1 WHERE kind = 3 AND state = 0");
  auto store = Open();
  ASSERT_TRUE(store.ok());
  auto ledger = (*store)->CheckLedger(kTenant);
  ASSERT_TRUE(ledger.ok());
  EXPECT_FALSE(ledger->agrees);
  EXPECT_THAT(ledger->disagreements,
              testing::ElementsAre("The counter of pending deliveries to ehr says 2, the rows "
                                   "say 1."));
}

// The file as the first schema made it; version1.sql is never changed.
TEST_F(SqliteOpen, AFileOfTheFirstSchemaIsBroughtUpToDate) {
  RunSql(options_.path, TextOf("tests/gateway/store/version1.sql"));
  auto store = Open();
  ASSERT_TRUE(store.ok()) << store.status();
  auto ledger = (*store)->CheckLedger(kTenant);
  ASSERT_TRUE(ledger.ok());
  EXPECT_TRUE(ledger->agrees) << ledger->disagreements[0];
  EXPECT_EQ(ledger->records["received"], 4);
  EXPECT_EQ(ledger->deliveries["dead"], 1);
  const RecordKey key = KeyOf("Session", "S-1", 2);
  EXPECT_EQ(*(*store)->GetRecordBytes(key), IntakeOf(key, "P-1").bytes);
  EXPECT_EQ(
      (*store)->ListDeliveries({.tenant = kTenant, .state = DeliveryState::kDead})->rows.size(),
      1u);
  EXPECT_TRUE((*store)->PutState("p", kTenant, "k", "v").ok());
  EXPECT_TRUE(Commit(**store, IntakeOf(KeyOf("Session", "S-1", 3), "P-1")).ok());
  // What was under way before claims had owners is claimed anew.
  const auto units = Claim(**store, kEhr, 10, absl::InfiniteFuture());
  ASSERT_TRUE(units.ok()) << units.status();
  ASSERT_FALSE(units->empty());
  EXPECT_EQ(units->at(0).claim.token, 1);
  EXPECT_TRUE(EndAttempt(**store, units->at(0).key, {}).ok());
  EXPECT_TRUE((*store)->CheckLedger(kTenant)->agrees);
  store->reset();
  EXPECT_TRUE(Open().ok());
}

TEST_F(SqliteOpen, AFullQueueSendsCallersAway) {
  options_.queue_changes = 8;
  auto store = Open();
  ASSERT_TRUE(store.ok());
  std::promise<void> hold;
  std::shared_future<void> held = hold.get_future().share();
  std::promise<void> busy;
  std::atomic<int> stored{0};
  std::atomic<int> refused{0};
  // The first answer keeps the writer busy while the queue fills.
  (*store)->Commit(IntakeOf(KeyOf("Session", "first"), "P-1"), [&, held](const auto&) {
    busy.set_value();
    held.wait();
  });
  busy.get_future().wait();
  for (int i = 0; i < 40; ++i) {
    (*store)->Commit(IntakeOf(KeyOf("Session", absl::StrCat("S-", i)), "P-1"),
                     [&](const absl::StatusOr<Placement>& result) {
                       if (result.ok()) {
                         ++stored;
                         return;
                       }
                       EXPECT_EQ(result.status().code(), StatusCode::kResourceExhausted);
                       EXPECT_GT(RetryDelayOf(result.status()), absl::ZeroDuration());
                       ++refused;
                     });
  }
  EXPECT_EQ(refused, 32);
  hold.set_value();
  const int refusals = refused;
  store->reset();
  EXPECT_EQ(stored + refusals, 40);
}

TEST_F(SqliteOpen, TheLogStaysShort) {
  options_.checkpoint_bytes = 64 << 10;
  options_.finish_bytes = 256 << 10;
  auto store = Open();
  ASSERT_TRUE(store.ok());
  for (int i = 0; i < 400; ++i) {
    ASSERT_TRUE(
        Commit(**store, IntakeOf(KeyOf("Session", absl::StrCat("S-", i)), absl::StrCat("P-", i)))
            .ok());
  }
  EXPECT_LT(TextOf(options_.path + "-wal").size(), 1u << 20);
  EXPECT_TRUE((*store)->Health().ok());
}

// As a backup does, which reads the whole file in one transaction.
TEST_F(SqliteOpen, IntakeGoesOnOnceAReaderLetsGoOfTheLog) {
  options_.checkpoint_bytes = 64 << 10;
  options_.finish_bytes = 128 << 10;
  options_.stop_bytes = 256 << 10;
  auto store = Open();
  ASSERT_TRUE(store.ok());
  ASSERT_TRUE(Commit(**store, IntakeOf(KeyOf("Session", "first"), "P-1")).ok());
  sqlite3* reader = nullptr;
  ASSERT_EQ(sqlite3_open(options_.path.c_str(), &reader), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM record", nullptr, nullptr, nullptr),
            SQLITE_OK);
  constexpr int kRecords = 200;
  std::atomic<int> answered{0};
  for (int i = 0; i < kRecords; ++i) {
    (*store)->Commit(IntakeOf(KeyOf("Session", absl::StrCat("S-", i)), "P-1"),
                     [&](const absl::StatusOr<Placement>& result) {
                       EXPECT_TRUE(result.ok()) << result.status();
                       ++answered;
                     });
    // One commit each, until intake waits.
    for (int wait = 0; wait < 200 && answered <= i; ++wait) absl::SleepFor(absl::Milliseconds(5));
    if (answered <= i) break;
  }
  EXPECT_LT(answered, kRecords) << "intake never waited for the log";
  absl::SleepFor(absl::Seconds(1));
  ASSERT_EQ(sqlite3_close(reader), SQLITE_OK);
  const auto next = Commit(**store, IntakeOf(KeyOf("Session", "last"), "P-1"));
  EXPECT_TRUE(next.ok()) << next.status();
}

TEST_F(SqliteOpen, KeepsValuesOfPlugins) {
  auto store = Open();
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ((*store)->GetState("p", kTenant, "k").status().code(), StatusCode::kNotFound);
  ASSERT_TRUE((*store)->PutState("p", kTenant, "k", "one").ok());
  ASSERT_TRUE((*store)->PutState("p", kTenant, "k", "two").ok());
  store->reset();
  store = Open();
  EXPECT_EQ(*(*store)->GetState("p", kTenant, "k"), "two");
  EXPECT_EQ((*store)->GetState("q", kTenant, "k").status().code(), StatusCode::kNotFound);
  EXPECT_EQ((*store)->GetState("p", "other", "k").status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace kgw::store
