#ifndef TESTS_SUPPORT_FAULT_VFS_REPLAY_H_
#define TESTS_SUPPORT_FAULT_VFS_REPLAY_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/support/fault_vfs/fault_vfs.h"

namespace kgw::testing_support {

// Goes through a log and rebuilds, at any place in it, a state of the files that a power cut there
// could have left: what was synced stays; each write and truncate since then is kept, dropped or
// torn in sectors of 512 bytes; a name made or removed since the folder was synced may be there or
// not. Which of them is drawn from the seed, so that a state can be made again.
class Replay {
 public:
  explicit Replay(std::vector<DiskEvent> log) : log_(std::move(log)) {}

  size_t size() const { return log_.size(); }
  const DiskEvent& event(size_t index) const { return log_[index]; }
  // Goes on to the state after the first `count` events; never backwards.
  void AdvanceTo(size_t count);
  // Writes the files into an empty folder.
  void Rebuild(uint64_t seed, const std::string& folder) const;

 private:
  // What a name leads to; a name made again after its removal leads to another one.
  struct File {
    std::string durable;
    std::vector<const DiskEvent*> unsynced;
  };

  void Apply(const DiskEvent& event);

  std::vector<DiskEvent> log_;
  size_t done_ = 0;
  std::vector<File> files_;
  std::map<std::string, size_t> names_;          // as a running system sees them
  std::map<std::string, size_t> durable_names_;  // as the folder's last sync left them
};

}  // namespace kgw::testing_support

#endif  // TESTS_SUPPORT_FAULT_VFS_REPLAY_H_
