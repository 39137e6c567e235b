#ifndef GATEWAY_PLUGIN_MANIFEST_H_
#define GATEWAY_PLUGIN_MANIFEST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace kgw::plugin {

// What a plug-in says about itself in NAME.kgw.json, read before any of its code runs.
struct Manifest {
  std::string id;       // reverse DNS
  std::string version;  // semantic version
  std::string license;  // SPDX expression
  uint32_t abi_major = 0;
  uint32_t abi_minor = 0;
  std::string platform;                 // "linux-x86_64"
  std::vector<std::string> interfaces;  // "kgw.mapper/1"
  uint32_t flags = 0;                   // KGW_THREAD_SAFE | ...
  std::vector<std::string> services;    // "kgw.http/1"
  std::string file;                     // the library's name, in the same folder
  std::string sha256;                   // of that file, 64 lower-case hexadecimal digits
  std::string status;                   // "experimental", "beta" or "stable"; empty: not said
  std::string security_posture;         // for people
  // Of a mapper: the types of resource it makes. Empty: not said.
  std::vector<std::string> resource_types;
};

// Longest manifest accepted, in bytes.
inline constexpr size_t kMaxManifestBytes = 64 * 1024;

// Every member is checked for its form and unknown members are refused. INVALID_ARGUMENT is one
// sentence "FIELD: expected ..., found ...". The form and the ABI version come first: what this
// gateway cannot read at all is said as such. Whether it serves what it can read is the admission's
// question.
absl::StatusOr<Manifest> ParseManifest(std::string_view text);

// The names of KGW_THREAD_SAFE | ..., as the manifest writes them, for people; "none" for 0.
std::string NamesOfFlags(uint32_t flags);

// "field: expected X, found Y." The found part comes from outside: it is cut and made printable.
std::string Refusal(std::string_view field, std::string_view expected, std::string_view found);

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_MANIFEST_H_
