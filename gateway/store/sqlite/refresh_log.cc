#include "gateway/store/sqlite/refresh_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "gateway/base/strings.h"

namespace kgw::store {
namespace {

constexpr size_t kChunk = size_t{1} << 20;

absl::Status Failed(const std::string& path) {
  return absl::UnavailableError(StrCat("store ", path,
                                       ": its log cannot be made safe: ", std::strerror(errno),
                                       ": look at the disk's own log before starting again"));
}

absl::Status Rewrite(int descriptor, const std::string& path) {
  const auto buffer = std::make_unique<char[]>(kChunk);
  off_t at = 0;
  while (true) {
    const ssize_t size = pread(descriptor, buffer.get(), kChunk, at);
    if (size < 0) return Failed(path);
    if (size == 0) break;
    if (pwrite(descriptor, buffer.get(), static_cast<size_t>(size), at) != size) {
      return Failed(path);
    }
    at += size;
  }
  if (at > 0 && fdatasync(descriptor) != 0) return Failed(path);
  return absl::OkStatus();
}

}  // namespace

absl::Status RefreshLog(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CLOEXEC);
  // No log, or one that SQLite will say more about.
  if (descriptor < 0) return absl::OkStatus();
  absl::Status status = Rewrite(descriptor, path);
  close(descriptor);
  return status;
}

}  // namespace kgw::store
