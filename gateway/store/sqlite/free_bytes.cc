#include "gateway/store/sqlite/free_bytes.h"

#include <sys/statvfs.h>

#include <cerrno>
#include <cstring>

namespace kgw::store {

absl::StatusOr<int64_t> FreeBytesBeside(const std::string& path) {
  struct statvfs volume {};
  if (statvfs(path.c_str(), &volume) != 0) return absl::UnavailableError(std::strerror(errno));
  return static_cast<int64_t>(volume.f_bavail) * static_cast<int64_t>(volume.f_frsize);
}

}  // namespace kgw::store
