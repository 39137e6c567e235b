#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string_view>

#include "gateway/store/sqlite/sqlite_store.h"
#include "gtest/gtest.h"
#include "tests/failure/store_script.h"
#include "tests/gateway/store/samples.h"
#include "tests/gateway/store/scratch.h"
#include "tests/support/fault_vfs/replay.h"

// Power cuts: the disk's log of a whole life is rebuilt at many places as a cut there could have
// left it, and each state must open and hold all that had been answered. KGW_LONG=1 takes every
// place.
namespace kgw::store {
namespace {

using testing_support::DiskEvent;
using testing_support::FaultDisk;
using testing_support::Replay;

constexpr uint64_t kSeed = 20260101;

bool Long() { return std::getenv("KGW_LONG") != nullptr; }

// Wide enough to cross a checkpoint now and then, narrow enough that it happens here at all.
SqliteOptions Options(const std::string& path) {
  SqliteOptions options;
  options.path = path;
  options.checkpoint_bytes = 150 << 10;
  options.finish_bytes = 400 << 10;
  options.readers = 1;
  return options;
}

// The file of an older gateway, so that the life begins with a migration.
void MakeOldFile(const std::string& path) {
  std::ifstream file("tests/gateway/store/version1.sql");
  std::stringstream sql;
  sql << file.rdbuf();
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                            FaultDisk::kVfs),
            SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, sql.str().c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
  ASSERT_EQ(sqlite3_close(database), SQLITE_OK);
}

struct Life {
  std::unique_ptr<StoreScript> script;
  std::vector<DiskEvent> log;
  size_t begin = 0;  // of the log: the old file is complete
};

struct LifeOptions {
  bool synchronous_normal = false;    // the log is not synced with each commit
  bool answer_before_commit = false;  // answers come before what they speak of is written
  bool drop_log_syncs = false;
  bool drop_folder_syncs = false;
  bool send_before_journal = false;
  int operations = 200;
};

// Makes every connection sync as little as SQLite's NORMAL does, whatever it is told.
int SyncLess(sqlite3* database, char**, const struct sqlite3_api_routines*) {
  sqlite3_exec(database, "PRAGMA synchronous = NORMAL", nullptr, nullptr, nullptr);
  const auto refuse = [](void*, int action, const char* name, const char*, const char*,
                         const char*) {
    const bool sync = action == SQLITE_PRAGMA && std::string_view(name) == "synchronous";
    return sync ? SQLITE_IGNORE : SQLITE_OK;
  };
  return sqlite3_set_authorizer(database, refuse, nullptr);
}
const auto kSyncLess = reinterpret_cast<void (*)()>(SyncLess);

// The log as it would be had each answer been given before the writes and syncs that led to it.
std::vector<DiskEvent> AnsweredEarly(std::vector<DiskEvent> log) {
  std::vector<DiskEvent> early;
  std::vector<DiskEvent> waiting;
  for (DiskEvent& event : log) {
    const bool answer = event.kind == DiskEvent::Kind::kNote && event.offset != 0;
    if (answer) {
      early.push_back(std::move(event));
    } else {
      waiting.push_back(std::move(event));
    }
    if (!answer && waiting.back().kind != DiskEvent::Kind::kNote) continue;
    std::move(waiting.begin(), waiting.end(), std::back_inserter(early));
    waiting.clear();
  }
  early.insert(early.end(), waiting.begin(), waiting.end());
  return early;
}

Life Live(const Scratch& scratch, const LifeOptions& how) {
  FaultDisk& disk = FaultDisk::Get();
  disk.Reset();
  disk.DropLogSyncs(how.drop_log_syncs);
  disk.DropFolderSyncs(how.drop_folder_syncs);
  SqliteOptions options = Options(scratch.Path("store.db"));
  options.vfs = FaultDisk::kVfs;
  MakeOldFile(options.path);
  disk.Note(0);
  if (how.synchronous_normal) sqlite3_auto_extension(kSyncLess);
  Life life;
  life.script =
      std::make_unique<StoreScript>([options] { return OpenSqliteStore(options); },
                                    ScriptOptions{how.operations, kSeed, how.send_before_journal});
  life.script->Run();
  life.script->Close();
  sqlite3_cancel_auto_extension(kSyncLess);
  life.log = disk.TakeLog();
  if (how.answer_before_commit) life.log = AnsweredEarly(std::move(life.log));
  disk.Reset();
  while (life.log[life.begin].kind != DiskEvent::Kind::kNote) ++life.begin;
  return life;
}

// What is wrong with the state that a cut after `count` events leaves by this seed.
std::vector<std::string> FaultsAt(const Replay& replay, const StoreScript& script, size_t answered,
                                  uint64_t seed) {
  const Scratch scratch;
  replay.Rebuild(seed, std::filesystem::path(scratch.Path("x")).parent_path());
  auto store = OpenSqliteStore(Options(scratch.Path("store.db")));
  if (!store.ok()) return {store.status().ToString()};
  return script.Faults(**store, answered);
}

struct Outcome {
  int points = 0;
  int broken = 0;
  std::string first;
};

Outcome CutEverywhere(Life life, size_t step, bool stop_at_first) {
  Replay replay(std::move(life.log));
  Outcome outcome;
  size_t answered = 0;
  for (size_t count = 1; count <= replay.size(); ++count) {
    const DiskEvent& last = replay.event(count - 1);
    if (last.kind == DiskEvent::Kind::kNote) {
      answered = std::max(answered, static_cast<size_t>(last.offset));
    }
    // Each answer is the moment at which most is owed: those places are always taken.
    const bool owed = last.kind == DiskEvent::Kind::kNote && last.offset % 4 == 1;
    if (count <= life.begin || (count % step != 0 && !(owed && step < 16))) continue;
    replay.AdvanceTo(count);
    const uint64_t seed = kSeed * 1000003 + count;
    const auto faults = FaultsAt(replay, *life.script, answered, seed);
    ++outcome.points;
    if (faults.empty()) continue;
    ++outcome.broken;
    if (outcome.first.empty()) {
      outcome.first = absl::StrCat("after event ", count, " with seed ", seed, ": ", faults[0]);
    }
    if (stop_at_first) break;
  }
  std::cout << outcome.points << " power cuts in a log of " << replay.size() << " events with "
            << life.script->answered() << " answers, seed " << kSeed << ": " << outcome.broken
            << " broken " << outcome.first << std::endl;
  return outcome;
}

TEST(StoreCrash, NoPowerCutLosesWhatWasAnswered) {
  const Scratch scratch;
  Life life = Live(scratch, {});
  ASSERT_GT(life.script->answered(), 200u);
  size_t checkpoints = 0;
  for (const DiskEvent& event : life.log) {
    checkpoints += event.kind == DiskEvent::Kind::kSync && event.file == "store.db" ? 1 : 0;
  }
  EXPECT_GT(checkpoints, 3u);  // the log was copied back while the script ran
  const Outcome outcome = CutEverywhere(std::move(life), Long() ? 1 : 12, false);
  EXPECT_GE(outcome.points, Long() ? 2000 : 200);
  EXPECT_EQ(outcome.broken, 0) << outcome.first;
}

// The test itself is tested: each way of being careless must show.
class StoreMutants : public testing::TestWithParam<std::pair<const char*, LifeOptions>> {};

TEST_P(StoreMutants, IsCaught) {
  const Scratch scratch;
  LifeOptions how = GetParam().second;
  how.operations = 60;
  const Outcome outcome = CutEverywhere(Live(scratch, how), 3, true);
  EXPECT_GT(outcome.broken, 0) << GetParam().first;
}

INSTANTIATE_TEST_SUITE_P(
    All, StoreMutants,
    testing::Values(std::pair{"SynchronousNormal", LifeOptions{.synchronous_normal = true}},
                    std::pair{"LogSyncDropped", LifeOptions{.drop_log_syncs = true}},
                    std::pair{"FolderSyncDropped", LifeOptions{.drop_folder_syncs = true}},
                    std::pair{"AnswerBeforeCommit", LifeOptions{.answer_before_commit = true}},
                    std::pair{"SendBeforeJournal", LifeOptions{.send_before_journal = true}}),
    [](const auto& made) { return made.param.first; });

}  // namespace
}  // namespace kgw::store
