#ifndef GATEWAY_PLUGIN_ADMISSION_H_
#define GATEWAY_PLUGIN_ADMISSION_H_

#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/plugin/manifest.h"

namespace kgw::plugin {

// A plug-in that may be loaded: its manifest, and the very bytes that were checked.
struct Candidate {
  Manifest manifest;
  std::string path;   // of the library
  std::string bytes;  // its content
};

// Largest library accepted, in bytes.
inline constexpr size_t kMaxLibraryBytes = size_t{256} << 20;

// The platform this host was built for, as manifests name it.
std::string_view HostPlatform();

// Decides about the plug-in NAME in `folder` (NAME.kgw.json and the file it names) before any of
// its code runs, in this order: manifest (its form and its ABI version before the rest of it),
// SHA-256 of the file, platform, flags, interfaces, services against `granted_services`, needed
// libraries, exported symbol. The first thing wrong is the answer: one sentence "FIELD: expected
// ..., found ...". NOT_FOUND when there is no such manifest, FAILED_PRECONDITION or
// INVALID_ARGUMENT otherwise. No state; any thread.
absl::StatusOr<Candidate> Admit(std::string_view folder, std::string_view name,
                                const std::set<std::string>& granted_services);

// The single checks, for whoever has the parts.
absl::Status CheckPlatform(const Manifest& manifest);
absl::Status CheckServices(const Manifest& manifest, const std::set<std::string>& granted);
absl::Status CheckLibrary(std::string_view bytes);

// A file of at most `max_bytes`. NOT_FOUND, or FAILED_PRECONDITION with the reason, which names it
// by `field`. Whatever lies in its place, also a pipe, ends in an answer.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path, std::string_view field,
                                          size_t max_bytes);

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_ADMISSION_H_
