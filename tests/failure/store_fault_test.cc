#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>

#include "gateway/base/violation.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "gtest/gtest.h"
#include "tests/failure/store_script.h"
#include "tests/gateway/store/samples.h"
#include "tests/gateway/store/scratch.h"
#include "tests/support/fault_vfs/fault_vfs.h"

// Disks that fail: each read, write and sync of a short life fails once, in turn. KGW_LONG=1 takes
// every one.
namespace kgw::store {
namespace {

using testing_support::DiskEvent;
using testing_support::DiskFault;
using testing_support::DiskOperation;
using testing_support::FaultDisk;

constexpr uint64_t kSeed = 7;
constexpr int kOperations = 36;

bool Long() { return std::getenv("KGW_LONG") != nullptr; }

SqliteOptions Options(const Scratch& scratch) {
  SqliteOptions options;
  options.path = scratch.Path("store.db");
  options.vfs = FaultDisk::kVfs;
  options.readers = 1;
  // No thread of its own: the same fault strikes the same place each time.
  options.checkpoint_bytes = int64_t{1} << 40;
  options.finish_bytes = 100 << 10;
  return options;
}

StoreScript ScriptOn(const SqliteOptions& options) {
  return StoreScript([options] { return OpenSqliteStore(options); }, {kOperations, kSeed, false});
}

int64_t OperationsOf(DiskOperation operation) {
  const Scratch scratch;
  FaultDisk::Get().Reset();
  StoreScript script = ScriptOn(Options(scratch));
  script.Run();
  script.Close();
  const int64_t count = FaultDisk::Get().Count(operation);
  FaultDisk::Get().Reset();
  return count;
}

// After the fault is gone and the store is opened again, all that was answered is there.
void ExpectWhole(const SqliteOptions& options, const StoreScript& script, int64_t nth) {
  FaultDisk::Get().Reset();
  auto store = OpenSqliteStore(options);
  ASSERT_TRUE(store.ok()) << nth << ": " << store.status();
  for (const std::string& fault : script.Faults(**store, script.answered())) {
    ADD_FAILURE() << "operation " << nth << ": " << fault;
  }
  EXPECT_TRUE(Commit(**store, IntakeOf(KeyOf("Visit", "afterwards"), "P-1")).ok());
}

// How many syncs were asked for after the first that failed.
int64_t SyncsAfterFailure() {
  int64_t syncs = 0;
  bool failed = false;
  for (const DiskEvent& event : FaultDisk::Get().TakeLog()) {
    if (failed && event.kind == DiskEvent::Kind::kSync) ++syncs;
    failed = failed || event.kind == DiskEvent::Kind::kFailedSync;
  }
  return syncs;
}

using Check = std::function<void(StoreScript&, int64_t)>;

void FailEach(DiskOperation operation, DiskFault fault, const Check& check) {
  const int64_t total = OperationsOf(operation);
  const int64_t step = Long() ? 1 : std::max<int64_t>(total / 120, 1);
  int64_t struck = 0;
  for (int64_t nth = 1; nth <= total; nth += step) {
    const Scratch scratch;
    const SqliteOptions options = Options(scratch);
    FaultDisk::Get().Reset();
    FaultDisk::Get().FailAt(operation, nth, fault);
    StoreScript script = ScriptOn(options);
    script.Run();
    struck += FaultDisk::Get().Struck() ? 1 : 0;
    check(script, nth);
    const bool opened = script.store() != nullptr;
    script.Close();
    // A file being made is not in log mode yet: SQLite writes back what was there before and syncs
    // that, and the store does not open.
    if (operation == DiskOperation::kSync && opened) {
      EXPECT_EQ(SyncsAfterFailure(), 0) << "sync " << nth;
    }
    ExpectWhole(options, script, nth);
    if (testing::Test::HasFailure()) break;
  }
  std::cout << "of " << total << " operations " << struck << " were made to fail" << std::endl;
  EXPECT_GT(struck, 0);
}

TEST(StoreFault, NothingIsAnsweredAfterAFailedSync) {
  FailEach(DiskOperation::kSync, DiskFault::kIoError, [](StoreScript& script, int64_t nth) {
    EXPECT_EQ(script.answered_after_fault(), 0) << "sync " << nth;
    if (script.store() == nullptr) {
      EXPECT_FALSE(script.last_open().ok());
      return;
    }
    // Some lives are a sync shorter.
    if (!FaultDisk::Get().Struck()) return;
    EXPECT_FALSE(script.store()->Health().ok()) << "sync " << nth;
    EXPECT_FALSE(script.CommitOne().ok()) << "sync " << nth;
  });
}

TEST(StoreFault, AFullDiskAtASyncIsAFailedSync) {
  FailEach(DiskOperation::kSync, DiskFault::kFull, [](StoreScript& script, int64_t nth) {
    EXPECT_EQ(script.answered_after_fault(), 0) << "sync " << nth;
  });
}

TEST(StoreFault, AFailedWriteLosesNothing) {
  FailEach(DiskOperation::kWrite, DiskFault::kIoError, [](StoreScript&, int64_t) {});
}

TEST(StoreFault, AFullDiskSendsAwayAndTheStoreGoesOn) {
  FailEach(DiskOperation::kWrite, DiskFault::kFull, [](StoreScript& script, int64_t nth) {
    if (script.store() == nullptr) {
      EXPECT_TRUE(absl::IsResourceExhausted(script.last_open())) << script.last_open();
      return;
    }
    // Some lives are a few writes shorter: what has not struck by now must not strike below.
    FaultDisk::Get().FailAt(DiskOperation::kWrite, 0, DiskFault::kFull);
    EXPECT_TRUE(script.store()->Health().ok()) << nth << ": " << script.store()->Health();
    EXPECT_TRUE(script.CommitOne().ok()) << nth;
  });
}

TEST(StoreFault, AFailedReadHarmsNobodyElse) {
  FailEach(DiskOperation::kRead, DiskFault::kIoError, [](StoreScript&, int64_t) {});
}

// A store with one record that is due and whose body is damaged.
void LeaveADamagedRecord(SqliteOptions options) {
  options.vfs.clear();
  auto store = OpenSqliteStore(options);
  ASSERT_TRUE(store.ok()) << store.status();
  ASSERT_TRUE(Commit(**store, IntakeOf(KeyOf("Session", "S-1"), "P-1")).ok());
  store->reset();
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(options.path.c_str(), &database), SQLITE_OK);
  EXPECT_EQ(
      sqlite3_exec(database,
                   "UPDATE record SET made = substr(made, 1, 60) || x'00' || substr(made, 62)",
                   nullptr, nullptr, nullptr),
      SQLITE_OK);
  sqlite3_close(database);
}

// Its claim is committed, it cannot be read, and that cannot be written down for now: whichever
// write the full disk refuses, it does not stay in flight.
TEST(StoreFault, AClaimThatCouldNeitherBeReadNorEndedIsEndedLater) {
  int forgotten_for_now = 0;
  for (int64_t nth = 1; nth <= 30; ++nth) {
    const Scratch scratch;
    const SqliteOptions options = Options(scratch);
    LeaveADamagedRecord(options);
    FaultDisk::Get().Reset();
    auto store = OpenSqliteStore(options);
    ASSERT_TRUE(store.ok()) << store.status();
    const auto state = [&] {
      return (*store)->GetDeliveries(KeyOf("Session", "S-1"))->at(0).state;
    };
    FaultDisk::Get().FailAt(DiskOperation::kWrite, nth, DiskFault::kFull);
    Claim(**store, kEhr, 1, absl::InfiniteFuture()).status().IgnoreError();
    forgotten_for_now += state() == DeliveryState::kInFlight ? 1 : 0;
    FaultDisk::Get().FailAt(DiskOperation::kWrite, 0, DiskFault::kFull);
    ASSERT_TRUE(Claim(**store, kEhr, 1, absl::InfiniteFuture()).ok());
    EXPECT_EQ(state(), DeliveryState::kDead) << "write " << nth;
  }
  EXPECT_GT(forgotten_for_now, 0);
}

// SQLite hides these: the store cannot know, and works on. Listed here so that it stays known.
TEST(StoreFault, AFailedFolderSyncIsNotSeen) {
  const int64_t total = OperationsOf(DiskOperation::kFolderSync);
  EXPECT_GT(total, 0);
  for (int64_t nth = 1; nth <= total; ++nth) {
    const Scratch scratch;
    FaultDisk::Get().Reset();
    FaultDisk::Get().FailAt(DiskOperation::kFolderSync, nth, DiskFault::kIoError);
    StoreScript script = ScriptOn(Options(scratch));
    script.Run();
    std::cout << "folder sync " << nth << " of " << total << ": hidden, health "
              << script.store()->Health() << std::endl;
    EXPECT_TRUE(script.store()->Health().ok());
    script.Close();
    ExpectWhole(Options(scratch), script, nth);
  }
}

TEST(StoreFault, ADiskForReadingOnlyIsRefused) {
  const Scratch scratch;
  SqliteOptions options = Options(scratch);
  FaultDisk::Get().Reset();
  ASSERT_TRUE(OpenSqliteStore(options).ok());
  FaultDisk::Get().MakeReadOnly(true);
  const absl::Status status = OpenSqliteStore(options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << status;
  FaultDisk::Get().Reset();
  EXPECT_TRUE(OpenSqliteStore(options).ok());
}

}  // namespace
}  // namespace kgw::store
