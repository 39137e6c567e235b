#include "gateway/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "gateway/base/strings.h"

namespace kgw {
namespace {

constexpr size_t kMaxSecret = 64 * 1024;

class OpenFile {
 public:
  explicit OpenFile(int number) : number_(number) {}
  ~OpenFile() {
    if (number_ >= 0) close(number_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

// Names the path and the way out.
absl::Status Failed(const std::string& path, int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(StrCat(path, " is not there: check the path"));
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(
          StrCat(path, " may not be read: give the gateway's user the right to it"));
    default:
      return absl::UnavailableError(StrCat(path, " could not be read: ", std::strerror(error)));
  }
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max_bytes) {
  // Without O_NONBLOCK, opening a pipe would wait for its writer.
  const OpenFile file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.number() < 0) return Failed(path, errno);
  struct stat about {};
  if (fstat(file.number(), &about) != 0) return Failed(path, errno);
  if (S_ISDIR(about.st_mode)) {
    return absl::InvalidArgumentError(StrCat(path, " is a folder, and a file is needed"));
  }
  std::string text;
  while (true) {
    // One byte beyond the limit tells a file that is exactly as large from a larger one.
    const size_t step = std::min<size_t>(64 * 1024, max_bytes + 1 - text.size());
    const size_t before = text.size();
    text.resize(before + step);
    const ssize_t count = read(file.number(), text.data() + before, step);
    if (count < 0 && errno == EINTR) {
      text.resize(before);
      continue;
    }
    if (count < 0) return Failed(path, errno);
    text.resize(before + static_cast<size_t>(count));
    if (count == 0) return text;
    if (text.size() > max_bytes) {
      return absl::InvalidArgumentError(
          StrCat(path, " is larger than the ", max_bytes, " bytes that are accepted"));
    }
  }
}

absl::StatusOr<std::string> ReadSecret(const std::string& file, const std::string& environment,
                                       std::string_view field) {
  if (file.empty() == environment.empty()) {
    return absl::InvalidArgumentError(StrCat(field, " needs exactly one of file and environment"));
  }
  std::string secret;
  if (!file.empty()) {
    absl::StatusOr<std::string> text = ReadFile(file, kMaxSecret);
    if (!text.ok()) {
      return absl::Status(text.status().code(),
                          StrCat(field, ".file: ", Std(text.status().message())));
    }
    secret = *std::move(text);
  } else {
    const char* value = std::getenv(environment.c_str());
    if (value == nullptr) {
      return absl::InvalidArgumentError(StrCat(field, ".environment: the variable ", environment,
                                               " is not set for this process"));
    }
    secret = value;
  }
  while (!secret.empty() && static_cast<unsigned char>(secret.back()) <= ' ') secret.pop_back();
  if (secret.empty()) return absl::InvalidArgumentError(StrCat(field, ": the secret is empty"));
  if (secret.size() > kMaxSecret) {
    return absl::InvalidArgumentError(StrCat(field, ": the secret is longer than 64 kB"));
  }
  return secret;
}

}  // namespace kgw
