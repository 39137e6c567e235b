#include "gateway/store/sqlite/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "gateway/base/strings.h"

namespace kgw::store {
namespace {

absl::Status CannotMake(const std::string& path, int error) {
  const std::string text =
      StrCat("the store's lock ", path, " cannot be made: ", std::strerror(error));
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(StrCat(text, ": make the folder named in store.path"));
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(
          StrCat(text, ": the gateway's user must be able to write the folder of store.path"));
    case ENOSPC:
    case EDQUOT:
      return absl::ResourceExhaustedError(StrCat(text, ": free some space"));
    default:
      return absl::UnavailableError(text);
  }
}

std::string HolderOf(int descriptor) {
  char text[32] = {};
  const ssize_t size = pread(descriptor, text, sizeof(text) - 1, 0);
  return size > 0 ? std::string(text, static_cast<size_t>(size)) : std::string("unknown");
}

}  // namespace

absl::StatusOr<std::unique_ptr<LockFile>> LockFile::Take(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return CannotMake(path, errno);
  std::unique_ptr<LockFile> lock(new LockFile(descriptor));
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return absl::UnavailableError(
        StrCat("the store is open in another gateway (process ", HolderOf(descriptor),
               "): stop it first, or give this one a store.path of its own"));
  }
  // For people only; the lock itself does not depend on it.
  const std::string process = StrCat(getpid());
  if (ftruncate(descriptor, 0) == 0) {
    static_cast<void>(!pwrite(descriptor, process.data(), process.size(), 0));
  }
  return lock;
}

LockFile::~LockFile() { close(descriptor_); }

}  // namespace kgw::store
