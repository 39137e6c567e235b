#include "gateway/store/sqlite/refresh_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <vector>

#include "gateway/store/sqlite/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/gateway/store/samples.h"
#include "tests/gateway/store/scratch.h"

// What a log holds is made sure of before anything is built on it. The program's own fdatasync
// stands before the system's: it writes down which file was synced, what it held, and whether it
// had been written since the test made it old.
namespace kgw::store {
namespace {

struct Sync {
  std::string file;  // without its folder
  std::string bytes;
  bool written;
};

struct Syncs {
  std::mutex mutex;
  // Only a test of this file wants them: the rest of this program syncs gigabytes.
  bool watching = false;
  std::vector<Sync> seen;
  bool fail = false;
};

Syncs& TheSyncs() {
  static Syncs* const syncs = new Syncs();
  return *syncs;
}

std::string BytesOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

constexpr timespec kLongAgo = {1'000'000'000, 0};

int OnSync(int descriptor) {
  Syncs& syncs = TheSyncs();
  const std::lock_guard lock(syncs.mutex);
  if (!syncs.watching) return static_cast<int>(syscall(SYS_fdatasync, descriptor));
  std::error_code ignored;
  const auto path =
      std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), ignored);
  struct stat about = {};
  fstat(descriptor, &about);
  syncs.seen.push_back({path.filename(), BytesOf(path), about.st_mtim.tv_sec != kLongAgo.tv_sec});
  if (!syncs.fail) return static_cast<int>(syscall(SYS_fdatasync, descriptor));
  errno = EIO;
  return -1;
}

void MakeOld(const std::string& path) {
  const timespec times[] = {kLongAgo, kLongAgo};
  ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
}

class RefreshLogTest : public testing::Test {
 protected:
  RefreshLogTest() { TheSyncs().watching = true; }
  ~RefreshLogTest() override {
    TheSyncs().watching = TheSyncs().fail = false;
    TheSyncs().seen.clear();
  }

  Scratch scratch_;
};

TEST_F(RefreshLogTest, WritesEveryByteAgainAndSyncs) {
  const std::string path = scratch_.Path("store.db-wal");
  std::string bytes((size_t{2} << 20) + 17, 'x');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31);
  std::ofstream(path, std::ios::binary) << bytes;
  MakeOld(path);
  ASSERT_TRUE(RefreshLog(path).ok());
  EXPECT_TRUE(BytesOf(path) == bytes);
  ASSERT_EQ(TheSyncs().seen.size(), 1u);
  EXPECT_EQ(TheSyncs().seen[0].file, "store.db-wal");
  EXPECT_TRUE(TheSyncs().seen[0].written);
}

TEST_F(RefreshLogTest, DoesNothingWithoutALog) {
  EXPECT_TRUE(RefreshLog(scratch_.Path("store.db-wal")).ok());
  EXPECT_TRUE(TheSyncs().seen.empty());
  EXPECT_FALSE(std::filesystem::exists(scratch_.Path("store.db-wal")));
}

// A store with a log, as a gateway that was killed leaves it.
void LeaveALog(const Scratch& scratch) {
  SqliteOptions options;
  options.path = scratch.Path("living.db");
  auto store = OpenSqliteStore(options);
  ASSERT_TRUE(store.ok()) << store.status();
  ASSERT_TRUE(Commit(**store, IntakeOf(KeyOf("Visit", "V-1"), "P-1")).ok());
  for (const char* end : {"", "-wal"}) {
    std::filesystem::copy_file(options.path + end, scratch.Path("store.db") + end);
    MakeOld(scratch.Path("store.db") + end);
  }
  ASSERT_GT(std::filesystem::file_size(scratch.Path("store.db-wal")), 0u);
}

TEST_F(RefreshLogTest, AStoreThatOpensRefreshesItsLogBeforeAllElse) {
  LeaveALog(scratch_);
  const std::string log = BytesOf(scratch_.Path("store.db-wal"));
  TheSyncs().seen.clear();
  SqliteOptions options;
  options.path = scratch_.Path("store.db");
  auto store = OpenSqliteStore(options);
  ASSERT_TRUE(store.ok()) << store.status();
  ASSERT_FALSE(TheSyncs().seen.empty());
  EXPECT_EQ(TheSyncs().seen[0].file, "store.db-wal");
  EXPECT_TRUE(TheSyncs().seen[0].written);
  EXPECT_TRUE(TheSyncs().seen[0].bytes == log);
}

TEST_F(RefreshLogTest, AStoreWhoseLogCannotBeMadeSureOfDoesNotOpen) {
  LeaveALog(scratch_);
  const std::string log = BytesOf(scratch_.Path("store.db-wal"));
  TheSyncs().fail = true;
  SqliteOptions options;
  options.path = scratch_.Path("store.db");
  const absl::Status status = OpenSqliteStore(options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_TRUE(BytesOf(scratch_.Path("store.db-wal")) == log);
}

}  // namespace
}  // namespace kgw::store

extern "C" int fdatasync(int descriptor) { return kgw::store::OnSync(descriptor); }
