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

// Names the path and the way out; `doing` is "read" or "written".
absl::Status Failed(const std::string& path, std::string_view doing, int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(StrCat(path, " is not there: check the path"));
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(
          StrCat(path, " may not be ", doing, ": give the gateway's user the right to it"));
    case ENOSPC:
    case EDQUOT:
      return absl::ResourceExhaustedError(StrCat(path, " could not be written: the disk is full"));
    default:
      return absl::UnavailableError(
          StrCat(path, " could not be ", doing, ": ", std::strerror(error)));
  }
}

absl::Status WriteAll(int number, const std::string& path, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(number, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Failed(path, "written", errno);
    text.remove_prefix(static_cast<size_t>(count));
  }
  return fsync(number) == 0 ? absl::OkStatus() : Failed(path, "written", errno);
}

absl::Status SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const OpenFile opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.number() < 0 || fsync(opened.number()) != 0) return Failed(folder, "synced", errno);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max_bytes) {
  // Without O_NONBLOCK, opening a pipe would wait for its writer.
  const OpenFile file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.number() < 0) return Failed(path, "read", errno);
  struct stat about {};
  if (fstat(file.number(), &about) != 0) return Failed(path, "read", errno);
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
    if (count < 0) return Failed(path, "read", errno);
    text.resize(before + static_cast<size_t>(count));
    if (count == 0) return text;
    if (text.size() > max_bytes) {
      return absl::InvalidArgumentError(
          StrCat(path, " is larger than the ", max_bytes, " bytes that are accepted"));
    }
  }
}

absl::Status WriteFileAtomically(const std::string& path, std::string_view text, int mode) {
  const std::string beside = StrCat(path, ".new.", getpid());
  {
    const OpenFile file(open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
    if (file.number() < 0) return Failed(beside, "written", errno);
    if (absl::Status status = WriteAll(file.number(), beside, text); !status.ok()) {
      unlink(beside.c_str());
      return status;
    }
  }
  if (rename(beside.c_str(), path.c_str()) != 0) {
    const int error = errno;
    unlink(beside.c_str());
    return Failed(path, "written", error);
  }
  return SyncFolderOf(path);
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
