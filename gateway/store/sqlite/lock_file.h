#ifndef GATEWAY_STORE_SQLITE_LOCK_FILE_H_
#define GATEWAY_STORE_SQLITE_LOCK_FILE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace kgw::store {

// Keeps a second process, and a second store of this one, off the same file. The operating system
// lets go of it when the process ends, however it ends.
class LockFile {
 public:
  // UNAVAILABLE names the process that holds it.
  static absl::StatusOr<std::unique_ptr<LockFile>> Take(const std::string& path);
  ~LockFile();
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

 private:
  explicit LockFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_LOCK_FILE_H_
