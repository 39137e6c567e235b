// A plug-in's manifest, and the tables of its library, as anybody may have written them: any bytes
// end in an answer. The first byte chooses which of the two the rest is taken for.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "gateway/plugin/elf.h"
#include "gateway/plugin/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 0) {
    const auto manifest = kgw::plugin::ParseManifest(rest);
    // Whoever passes has a name that stays within its folder.
    if (manifest.ok() && manifest->file.find('/') != std::string::npos) abort();
    if (!manifest.ok() && manifest.status().message().empty()) abort();
  } else {
    const auto facts = kgw::plugin::ReadElf(rest);
    if (!facts.ok() && facts.status().message().empty()) abort();
  }
  return 0;
}
