#include "tests/support/fault_vfs/fault_vfs.h"

#include <sqlite3.h>

#include <cstring>
#include <string_view>
#include <utility>

namespace kgw::testing_support {
namespace {

using Kind = DiskEvent::Kind;

sqlite3_vfs* g_unix = nullptr;
int (*g_open_directory)(const char*, int*) = nullptr;

// SQLite gives us this much room; its own file follows behind it.
struct FaultFile {
  sqlite3_file base;
  const char* path;  // lives until the file is closed
  bool recorded;
  bool log;
  sqlite3_file* real;
};

FaultFile* Of(sqlite3_file* file) { return reinterpret_cast<FaultFile*>(file); }
sqlite3_file* RealOf(sqlite3_file* file) { return Of(file)->real; }

std::string BaseName(const char* path) {
  const std::string_view text(path);
  return std::string(text.substr(text.rfind('/') + 1));
}

void Record(sqlite3_file* file, Kind kind, int64_t offset = 0, std::string data = {}) {
  if (!Of(file)->recorded) return;
  FaultDisk::Get().Record({kind, BaseName(Of(file)->path), offset, std::move(data)});
}

int Strike(sqlite3_file* file, DiskOperation operation) {
  return Of(file)->recorded ? FaultDisk::Get().Strike(operation) : SQLITE_OK;
}

int Close(sqlite3_file* file) { return RealOf(file)->pMethods->xClose(RealOf(file)); }

int Read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
  if (const int fault = Strike(file, DiskOperation::kRead); fault != SQLITE_OK) return fault;
  return RealOf(file)->pMethods->xRead(RealOf(file), data, size, offset);
}

int Write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  if (const int fault = Strike(file, DiskOperation::kWrite); fault != SQLITE_OK) return fault;
  const int code = RealOf(file)->pMethods->xWrite(RealOf(file), data, size, offset);
  if (code == SQLITE_OK) {
    Record(file, Kind::kWrite, offset,
           std::string(static_cast<const char*>(data), static_cast<size_t>(size)));
  }
  return code;
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (const int fault = Strike(file, DiskOperation::kWrite); fault != SQLITE_OK) return fault;
  const int code = RealOf(file)->pMethods->xTruncate(RealOf(file), size);
  if (code == SQLITE_OK) Record(file, Kind::kTruncate, size);
  return code;
}

int Sync(sqlite3_file* file, int flags) {
  if (Of(file)->log && FaultDisk::Get().drops_log_syncs()) return SQLITE_OK;
  if (const int fault = Strike(file, DiskOperation::kSync); fault != SQLITE_OK) {
    Record(file, Kind::kFailedSync);
    return fault;
  }
  const int code = RealOf(file)->pMethods->xSync(RealOf(file), flags);
  if (code == SQLITE_OK) Record(file, Kind::kSync);
  return code;
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return RealOf(file)->pMethods->xFileSize(RealOf(file), size);
}
int Lock(sqlite3_file* file, int level) {
  return RealOf(file)->pMethods->xLock(RealOf(file), level);
}
int Unlock(sqlite3_file* file, int level) {
  return RealOf(file)->pMethods->xUnlock(RealOf(file), level);
}
int CheckReservedLock(sqlite3_file* file, int* out) {
  return RealOf(file)->pMethods->xCheckReservedLock(RealOf(file), out);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  return RealOf(file)->pMethods->xFileControl(RealOf(file), operation, argument);
}
int SectorSize(sqlite3_file* file) { return RealOf(file)->pMethods->xSectorSize(RealOf(file)); }
int Characteristics(sqlite3_file* file) {
  return RealOf(file)->pMethods->xDeviceCharacteristics(RealOf(file));
}
int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return RealOf(file)->pMethods->xShmMap(RealOf(file), page, size, extend, out);
}
int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
  return RealOf(file)->pMethods->xShmLock(RealOf(file), offset, count, flags);
}
void ShmBarrier(sqlite3_file* file) { RealOf(file)->pMethods->xShmBarrier(RealOf(file)); }
int ShmUnmap(sqlite3_file* file, int remove) {
  return RealOf(file)->pMethods->xShmUnmap(RealOf(file), remove);
}

// Version 2: without memory-mapped reading, which would pass us by.
constexpr sqlite3_io_methods kMethods = {2,
                                         Close,
                                         Read,
                                         Write,
                                         Truncate,
                                         Sync,
                                         FileSize,
                                         Lock,
                                         Unlock,
                                         CheckReservedLock,
                                         FileControl,
                                         SectorSize,
                                         Characteristics,
                                         ShmMap,
                                         ShmLock,
                                         ShmBarrier,
                                         ShmUnmap,
                                         nullptr,
                                         nullptr};

bool Exists(const char* path) {
  int exists = 0;
  return g_unix->xAccess(g_unix, path, SQLITE_ACCESS_EXISTS, &exists) == SQLITE_OK && exists != 0;
}

int Open(sqlite3_vfs*, sqlite3_filename path, sqlite3_file* file, int flags, int* out_flags) {
  constexpr int kRecorded = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
  FaultFile* fault = Of(file);
  std::memset(fault, 0, sizeof(*fault));
  fault->path = path;
  fault->recorded = path != nullptr && (flags & kRecorded) != 0;
  fault->log = (flags & SQLITE_OPEN_WAL) != 0;
  fault->real = reinterpret_cast<sqlite3_file*>(fault + 1);
  if (fault->recorded && FaultDisk::Get().read_only()) {
    flags &= ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    flags |= SQLITE_OPEN_READONLY;
  }
  const bool fresh = fault->recorded && (flags & SQLITE_OPEN_CREATE) != 0 && !Exists(path);
  const int code = g_unix->xOpen(g_unix, path, fault->real, flags, out_flags);
  if (fault->real->pMethods != nullptr) fault->base.pMethods = &kMethods;
  if (code == SQLITE_OK && fresh) Record(file, Kind::kCreate);
  return code;
}

int Delete(sqlite3_vfs*, const char* path, int sync_folder) {
  // The entry is gone before the folder is synced, and the log must say so in that order.
  if (Exists(path)) FaultDisk::Get().Record({Kind::kDelete, BaseName(path), 0, {}});
  return g_unix->xDelete(g_unix, path, sync_folder);
}

// SQLite opens a folder only to sync it. CANTOPEN is taken as "this system cannot", and ignored.
int OpenDirectory(const char* path, int* descriptor) {
  FaultDisk& disk = FaultDisk::Get();
  if (disk.drops_folder_syncs()) return SQLITE_CANTOPEN;
  if (disk.Strike(DiskOperation::kFolderSync) != SQLITE_OK) return SQLITE_CANTOPEN;
  const int code = g_open_directory(path, descriptor);
  if (code == SQLITE_OK) disk.Record({Kind::kSyncFolder, "", 0, {}});
  return code;
}

sqlite3_vfs MakeLayer() {
  g_unix = sqlite3_vfs_find("unix");
  sqlite3_vfs layer = *g_unix;
  layer.zName = FaultDisk::kVfs;
  layer.pNext = nullptr;
  layer.szOsFile = static_cast<int>(sizeof(FaultFile)) + g_unix->szOsFile;
  layer.xOpen = Open;
  layer.xDelete = Delete;
  return layer;
}

int CodeOf(DiskOperation operation, DiskFault fault) {
  switch (operation) {
    case DiskOperation::kRead:
      return SQLITE_IOERR_READ;
    case DiskOperation::kWrite:
      return fault == DiskFault::kFull ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    case DiskOperation::kSync:
    case DiskOperation::kFolderSync:
      return SQLITE_IOERR_FSYNC;  // whatever the reason, as SQLite's own layer says it
  }
  return SQLITE_IOERR;
}

}  // namespace

FaultDisk::FaultDisk() {
  static sqlite3_vfs layer = MakeLayer();
  sqlite3_vfs_register(&layer, 0);
  g_open_directory =
      reinterpret_cast<int (*)(const char*, int*)>(g_unix->xGetSystemCall(g_unix, "openDirectory"));
  g_unix->xSetSystemCall(g_unix, "openDirectory",
                         reinterpret_cast<sqlite3_syscall_ptr>(OpenDirectory));
}

FaultDisk& FaultDisk::Get() {
  static auto* disk = new FaultDisk;
  return *disk;
}

void FaultDisk::Reset() {
  std::lock_guard<std::mutex> lock(mutex_);
  log_.clear();
  counts_.clear();
  fault_at_ = 0;
  struck_ = drop_log_syncs_ = drop_folder_syncs_ = read_only_ = false;
}

void FaultDisk::Note(int64_t number) { Record({Kind::kNote, "", number, {}}); }

std::vector<DiskEvent> FaultDisk::TakeLog() {
  std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(log_, {});
}

void FaultDisk::FailAt(DiskOperation operation, int64_t nth, DiskFault fault) {
  std::lock_guard<std::mutex> lock(mutex_);
  fault_operation_ = operation;
  fault_at_ = nth == 0 ? 0 : counts_[operation] + nth;
  fault_ = fault;
  struck_ = false;
}

int64_t FaultDisk::Count(DiskOperation operation) {
  std::lock_guard<std::mutex> lock(mutex_);
  return counts_[operation];
}

bool FaultDisk::Struck() {
  std::lock_guard<std::mutex> lock(mutex_);
  return struck_;
}

void FaultDisk::MakeReadOnly(bool read_only) {
  std::lock_guard<std::mutex> lock(mutex_);
  read_only_ = read_only;
}

void FaultDisk::DropLogSyncs(bool drop) {
  std::lock_guard<std::mutex> lock(mutex_);
  drop_log_syncs_ = drop;
}

void FaultDisk::DropFolderSyncs(bool drop) {
  std::lock_guard<std::mutex> lock(mutex_);
  drop_folder_syncs_ = drop;
}

void FaultDisk::Record(DiskEvent event) {
  std::lock_guard<std::mutex> lock(mutex_);
  log_.push_back(std::move(event));
}

int FaultDisk::Strike(DiskOperation operation) {
  std::lock_guard<std::mutex> lock(mutex_);
  const int64_t count = ++counts_[operation];
  if (fault_at_ == 0 || operation != fault_operation_ || count != fault_at_) return SQLITE_OK;
  struck_ = true;
  return CodeOf(operation, fault_);
}

bool FaultDisk::drops_log_syncs() {
  std::lock_guard<std::mutex> lock(mutex_);
  return drop_log_syncs_;
}

bool FaultDisk::drops_folder_syncs() {
  std::lock_guard<std::mutex> lock(mutex_);
  return drop_folder_syncs_;
}

bool FaultDisk::read_only() {
  std::lock_guard<std::mutex> lock(mutex_);
  return read_only_;
}

}  // namespace kgw::testing_support
