#ifndef GATEWAY_PLUGIN_ELF_H_
#define GATEWAY_PLUGIN_ELF_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace kgw::plugin {

// What a shared library says to the dynamic loader, read from its bytes without loading it.
struct ElfFacts {
  uint16_t machine = 0;                    // EM_X86_64, EM_AARCH64, ...
  std::vector<std::string> needed;         // libraries that would be loaded with it, in order
  std::vector<std::string> exports;        // symbols that others can find in it, sorted
  std::vector<std::string> exported_data;  // those of them that are no functions, sorted
  bool text_relocations = false;           // its code would have to be made writable
};

// Reads the same tables the loader reads (the dynamic segment, not the section headers, which a
// file may lack or lie with). Every offset is checked: any bytes end in an answer. INVALID_ARGUMENT
// says what is missing or broken.
absl::StatusOr<ElfFacts> ReadElf(std::string_view bytes);

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_ELF_H_
