#include "gateway/plugin/loader.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef BOOST_DLL_USE_STD_FS
#define BOOST_DLL_USE_STD_FS
#endif
#include <boost/dll/shared_library.hpp>
#include <cerrno>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gateway/base/mutex.h"
#include "gateway/base/strings.h"
#include "gateway/plugin/descriptor.h"
#include "gateway/plugin/trial.h"

namespace kgw::plugin {
namespace {

constexpr absl::Duration kTrialTimeout = absl::Seconds(10);

struct Registry {
  Mutex mutex;
  // By name and SHA-256.
  std::map<std::pair<std::string, std::string>, Library*> loaded KGW_GUARDED_BY(mutex);
  std::vector<boost::dll::shared_library> opened KGW_GUARDED_BY(mutex);
};

// Never destroyed, so that no library is unloaded when the process ends either.
Registry& TheRegistry() {
  static Registry* const registry = new Registry;
  return *registry;
}

// A sealed file in memory with these bytes; its path, or empty, with errno, where the kernel has
// none to give. The descriptor stays open: debuggers and sanitizers open the path again.
std::string PrivateCopy(const std::string& name, const std::string& bytes) {
  const int fd = memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) return {};
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n == 0) errno = ENOSPC;
    if (n <= 0) break;
    done += static_cast<size_t>(n);
  }
  constexpr int kSeals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  if (done < bytes.size() || fcntl(fd, F_ADD_SEALS, kSeals) != 0) {
    const int why = errno;
    close(fd);
    errno = why;
    return {};
  }
  return StrCat("/proc/self/fd/", fd);
}

// Of "...(dlerror system message: PATH: WORDS): TEXT OF ERRNO", the loader's words alone: it does
// not set errno, so that what Boost adds is of another failure.
std::string LoadersWords(std::string_view what, const std::string& path) {
  constexpr std::string_view kBegin = "dlerror system message: ";
  constexpr std::string_view kEnd = "): ";
  const size_t begin = what.find(kBegin);
  const size_t end = what.rfind(kEnd);
  if (begin == what.npos || end == what.npos || end < begin + kBegin.size()) {
    return std::string(what);
  }
  what = what.substr(begin + kBegin.size(), end - begin - kBegin.size());
  if (what.starts_with(path + ": ")) what.remove_prefix(path.size() + 2);
  return std::string(what);
}

// dlopen's own words stand only in the exception of Boost's throwing form.
absl::StatusOr<boost::dll::shared_library> Open(const std::string& path) {
  try {
    return boost::dll::shared_library(
        std::filesystem::path(path),
        boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  } catch (const std::exception& error) {
    return absl::FailedPreconditionError(Refusal("library", "one that the dynamic loader accepts",
                                                 LoadersWords(error.what(), path)));
  }
}

absl::StatusOr<kgw_entry_fn> FindEntry(const boost::dll::shared_library& library) {
  try {
    return &library.get<const kgw_plugin*(uint32_t)>(KGW_ENTRY_SYMBOL);
  } catch (const std::exception&) {
    return absl::FailedPreconditionError(
        Refusal("exported symbols", KGW_ENTRY_SYMBOL, "no function of that name"));
  }
}

// Static constructors run before any wall stands: here one that throws, crashes or never ends has
// only a copy of this process to harm. What is said about the library itself comes later.
absl::Status TryLibrary(Registry& registry, const std::string& path, const Library& expected)
    KGW_REQUIRES(registry.mutex) {
  const auto load = [&]() KGW_REQUIRES(registry.mutex) {
    absl::StatusOr<boost::dll::shared_library> library = Open(path);
    if (!library.ok()) return;
    // Kept, so that it is not unloaded there either.
    registry.opened.push_back(*std::move(library));
    const auto entry = FindEntry(registry.opened.back());
    if (!entry.ok()) return;
    const absl::StatusOr<const kgw_plugin*> plugin = CallEntry(*entry);
    Library scratch;
    scratch.name = expected.name;
    scratch.manifest = expected.manifest;
    if (plugin.ok()) ReadDescriptor(*plugin, scratch).IgnoreError();
  };
  absl::Status tried = TryInACopy(load, kTrialTimeout);
  // A lock of this process that was held at that very moment stays held in the copy.
  if (absl::IsDeadlineExceeded(tried)) tried = TryInACopy(load, kTrialTimeout);
  if (tried.ok()) return tried;
  return absl::FailedPreconditionError(
      Refusal("library", "one that can be loaded and entered", Std(tried.message())));
}

// Never the path where the copy fails: what lies there by now is not what was checked.
absl::StatusOr<boost::dll::shared_library> OpenCandidate(Registry& registry,
                                                         const std::string& name,
                                                         const Candidate& candidate,
                                                         const Library& expected, bool in_place)
    KGW_REQUIRES(registry.mutex) {
  if (in_place) return Open(candidate.path);
  const std::string copy = PrivateCopy(name, candidate.bytes);
  if (copy.empty()) {
    return absl::FailedPreconditionError(
        Refusal("library", "room in memory for the copy that was checked",
                std::error_code(errno, std::generic_category()).message()));
  }
  if (absl::Status tried = TryLibrary(registry, copy, expected); !tried.ok()) return tried;
  return Open(copy);
}

}  // namespace

absl::StatusOr<Library*> LoadLibrary(const std::string& name, Candidate candidate, bool in_place) {
  Registry& registry = TheRegistry();
  MutexLock lock(registry.mutex);
  auto library = std::make_unique<Library>();
  library->name = name;
  library->manifest = std::move(candidate.manifest);
  library->identity =
      StrCat(library->manifest.id, " ", library->manifest.version, " ", library->manifest.sha256);

  const auto key = std::make_pair(name, library->manifest.sha256);
  if (const auto found = registry.loaded.find(key); found != registry.loaded.end()) {
    // The code is the same; the manifest may say other things about it by now.
    if (absl::Status s = ReadDescriptor(found->second->plugin, *library); !s.ok()) return s;
    return found->second;
  }
  absl::StatusOr<boost::dll::shared_library> opened =
      OpenCandidate(registry, name, candidate, *library, in_place);
  if (!opened.ok()) return opened.status();
  registry.opened.push_back(*std::move(opened));
  const absl::StatusOr<kgw_entry_fn> entry = FindEntry(registry.opened.back());
  if (!entry.ok()) return entry.status();
  const absl::StatusOr<const kgw_plugin*> plugin = CallEntry(*entry);
  if (!plugin.ok()) return plugin.status();
  if (absl::Status s = ReadDescriptor(*plugin, *library); !s.ok()) return s;
  return registry.loaded[key] = library.release();
}

}  // namespace kgw::plugin
