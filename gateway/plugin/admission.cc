#include "gateway/plugin/admission.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_join.h"
#include "gateway/base/ids.h"
#include "gateway/base/strings.h"
#include "gateway/plugin/elf.h"
#include "kgw/kgw.h"

namespace kgw::plugin {
namespace {

#if defined(__x86_64__)
constexpr std::string_view kPlatform = "linux-x86_64";
constexpr uint16_t kMachine = EM_X86_64;
constexpr std::string_view kLoader = "ld-linux-x86-64.so.2";
#elif defined(__aarch64__)
constexpr std::string_view kPlatform = "linux-aarch64";
constexpr uint16_t kMachine = EM_AARCH64;
constexpr std::string_view kLoader = "ld-linux-aarch64.so.1";
#else
#error "plug-ins are defined for x86-64 and AArch64 on Linux"
#endif

absl::Status Refused(std::string_view field, std::string_view expected, std::string_view found) {
  return absl::FailedPreconditionError(Refusal(field, expected, found));
}

bool IsAllowedLibrary(std::string_view name) {
  // What the gateway itself has loaded anyway: nothing new comes into the process.
  constexpr std::string_view kAllowed[] = {"libc.so.6", "libm.so.6", "libstdc++.so.6",
                                           "libgcc_s.so.1", kLoader};
  if (std::find(std::begin(kAllowed), std::end(kAllowed), name) != std::end(kAllowed)) return true;
#ifdef KGW_SANITIZED
  return name.starts_with("libasan.so.") || name.starts_with("libubsan.so.") ||
         name.starts_with("libtsan.so.");
#else
  return false;
#endif
}

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

absl::Status CheckFlags(const Manifest& manifest) {
  if ((manifest.flags & KGW_ISOLATE) == 0) return absl::OkStatus();
  return Refused("flags", "a plug-in that runs within the gateway's process", "isolate");
}

absl::Status CheckInterfaces(const Manifest& manifest) {
  for (const std::string& id : manifest.interfaces) {
    if (id != KGW_MAPPER && id != KGW_CONNECTOR) {
      return Refused("interfaces", StrCat(KGW_MAPPER, " or ", KGW_CONNECTOR), id);
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string_view HostPlatform() { return kPlatform; }

absl::StatusOr<std::string> ReadWholeFile(const std::string& path, std::string_view field,
                                          size_t max_bytes) {
  // Without waiting: a pipe in the file's place would wait for a writer for ever.
  const FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (fd.get() < 0) {
    const int error = errno;
    if (error == ENOENT || error == ENOTDIR) {
      return absl::NotFoundError(Refusal(field, "a file", "no such file"));
    }
    return Refused(field, "a readable file", std::strerror(error));
  }
  struct stat info {};
  if (fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return Refused(field, "a file", "a folder, a pipe or the like");
  }
  if (static_cast<uint64_t>(info.st_size) > max_bytes) {
    return Refused(field, StrCat("at most ", max_bytes, " bytes"), StrCat(info.st_size, " bytes"));
  }
  std::string bytes(static_cast<size_t>(info.st_size), '\0');
  size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t n = read(fd.get(), bytes.data() + have, bytes.size() - have);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Refused(field, "a readable file", std::strerror(errno));
    if (n == 0) break;
    have += static_cast<size_t>(n);
  }
  bytes.resize(have);
  return bytes;
}

absl::Status CheckPlatform(const Manifest& manifest) {
  if (manifest.platform == kPlatform) return absl::OkStatus();
  return Refused("platform", kPlatform, manifest.platform);
}

absl::Status CheckServices(const Manifest& manifest, const std::set<std::string>& granted) {
  for (const std::string& id : manifest.services) {
    if (granted.contains(id)) continue;
    const std::string all = granted.empty() ? "none" : absl::StrJoin(granted, " or ");
    return Refused("services", StrCat("what the operator grants (", all, ")"), id);
  }
  return absl::OkStatus();
}

absl::Status CheckLibrary(std::string_view bytes) {
  const absl::StatusOr<ElfFacts> facts = ReadElf(bytes);
  if (!facts.ok()) return facts.status();
  if (facts->machine != kMachine) {
    return Refused("library", StrCat("machine code for ", kPlatform),
                   StrCat("that of ELF machine ", facts->machine));
  }
  for (const std::string& name : facts->needed) {
    if (!IsAllowedLibrary(name)) {
      return Refused("needed libraries", "none but libc, libm, libstdc++ and libgcc_s", name);
    }
  }
  if (facts->text_relocations) return Refused("relocations", "none in code", "text relocations");
  if (facts->exports != std::vector<std::string>{KGW_ENTRY_SYMBOL}) {
    std::vector<std::string> others = facts->exports;
    std::erase(others, KGW_ENTRY_SYMBOL);
    if (others.size() > 3) {
      others[2] = StrCat("and ", others.size() - 2, " more");
      others.resize(3);
    }
    return Refused("exported symbols", StrCat(KGW_ENTRY_SYMBOL, " alone"),
                   facts->exports.empty() ? "none" : absl::StrJoin(others, ", "));
  }
  if (!facts->exported_data.empty()) {
    return Refused("exported symbols", StrCat(KGW_ENTRY_SYMBOL, " as a function"), "data");
  }
  return absl::OkStatus();
}

absl::StatusOr<Candidate> Admit(std::string_view folder, std::string_view name,
                                const std::set<std::string>& granted_services) {
  Candidate candidate;
  const absl::StatusOr<std::string> text =
      ReadWholeFile(StrCat(folder, "/", name, ".kgw.json"), "manifest", kMaxManifestBytes);
  if (!text.ok()) return text.status();
  absl::StatusOr<Manifest> manifest = ParseManifest(*text);
  if (!manifest.ok()) return manifest.status();
  candidate.manifest = *std::move(manifest);
  candidate.path = StrCat(folder, "/", candidate.manifest.file);
  absl::StatusOr<std::string> bytes = ReadWholeFile(candidate.path, "file", kMaxLibraryBytes);
  if (absl::IsNotFound(bytes.status())) {
    return Refused("file", candidate.manifest.file, "no such file");
  }
  if (!bytes.ok()) return bytes.status();
  candidate.bytes = *std::move(bytes);
  const std::string hash = HexOf(Sha256Of(candidate.bytes));
  if (hash != candidate.manifest.sha256) {
    return Refused("sha256", candidate.manifest.sha256,
                   StrCat(hash, " for ", candidate.manifest.file));
  }
  for (const auto check : {CheckPlatform, CheckFlags, CheckInterfaces}) {
    if (absl::Status s = check(candidate.manifest); !s.ok()) return s;
  }
  if (absl::Status s = CheckServices(candidate.manifest, granted_services); !s.ok()) return s;
  if (absl::Status s = CheckLibrary(candidate.bytes); !s.ok()) return s;
  return candidate;
}

}  // namespace kgw::plugin
