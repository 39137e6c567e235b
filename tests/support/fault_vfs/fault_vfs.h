#ifndef TESTS_SUPPORT_FAULT_VFS_FAULT_VFS_H_
#define TESTS_SUPPORT_FAULT_VFS_FAULT_VFS_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

// A file layer of SQLite, over its own for Unix, that writes down everything that changes a file
// and can fail on demand. The shared-memory index is left out: it never outlives a crash.
namespace kgw::testing_support {

struct DiskEvent {
  enum class Kind { kCreate, kWrite, kTruncate, kSync, kDelete, kSyncFolder, kNote, kFailedSync };
  Kind kind = Kind::kNote;
  std::string file;    // without its folder
  int64_t offset = 0;  // of a write; the new size of a truncate; the number of a note
  std::string data;    // of a write
};

enum class DiskOperation { kRead, kWrite, kSync, kFolderSync };
enum class DiskFault { kIoError, kFull };

// The one disk under the layer "kgw-fault". Safe from any thread.
class FaultDisk {
 public:
  // Registers the layer on first use.
  static FaultDisk& Get();
  static constexpr const char* kVfs = "kgw-fault";

  // Forgets the log, the counts and all faults.
  void Reset();

  // Something outside happened at this place in the log, such as an answer.
  void Note(int64_t number);
  std::vector<DiskEvent> TakeLog();

  // The nth operation of this kind from now on fails, once. SQLite syncs folders inside its own
  // layer and hides their failure, so kFolderSync is only ever seen by what a power cut leaves.
  void FailAt(DiskOperation operation, int64_t nth, DiskFault fault);
  // How often an operation was asked for since Reset.
  int64_t Count(DiskOperation operation);
  // Whether a fault has struck.
  bool Struck();
  // From now on every file opens for reading only, as on a disk mounted so.
  void MakeReadOnly(bool read_only);

  // What a broken store or system would leave out: the call answers OK and nothing is synced.
  void DropLogSyncs(bool drop);
  void DropFolderSyncs(bool drop);

  // For the layer itself.
  void Record(DiskEvent event);
  // SQLite's code of the fault that strikes now, or SQLITE_OK.
  int Strike(DiskOperation operation);
  bool drops_log_syncs();
  bool drops_folder_syncs();
  bool read_only();

 private:
  FaultDisk();

  std::mutex mutex_;
  std::vector<DiskEvent> log_;
  std::map<DiskOperation, int64_t> counts_;
  DiskOperation fault_operation_ = DiskOperation::kRead;
  int64_t fault_at_ = 0;  // 0: none
  DiskFault fault_ = DiskFault::kIoError;
  bool struck_ = false;
  bool drop_log_syncs_ = false;
  bool drop_folder_syncs_ = false;
  bool read_only_ = false;
};

}  // namespace kgw::testing_support

#endif  // TESTS_SUPPORT_FAULT_VFS_FAULT_VFS_H_
