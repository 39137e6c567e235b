#include "gateway/plugin/elf.h"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "absl/status/status.h"
#include "gateway/base/strings.h"

namespace kgw::plugin {
namespace {

constexpr size_t kMaxHeaders = 64;
constexpr size_t kMaxDynamic = 4096;
constexpr size_t kMaxSymbols = 1 << 20;
constexpr size_t kMaxNeeded = 256;
constexpr size_t kMaxName = 4096;

absl::Status Broken(std::string_view what) {
  return absl::InvalidArgumentError(
      StrCat("library: expected a 64-bit shared library of Linux, ", "found ", what, "."));
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  absl::StatusOr<ElfFacts> Read();

 private:
  template <typename T>
  std::optional<T> At(uint64_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return value;
  }
  // The file offset of a virtual address, by the loadable segments.
  std::optional<uint64_t> OffsetOf(uint64_t address) const {
    for (const Elf64_Phdr& h : headers_) {
      if (h.p_type == PT_LOAD && address >= h.p_vaddr && address - h.p_vaddr < h.p_filesz) {
        const uint64_t offset = h.p_offset + (address - h.p_vaddr);
        if (offset >= h.p_offset) return offset;
      }
    }
    return std::nullopt;
  }
  template <typename T>
  std::optional<T> AtAddress(uint64_t address) const {
    const std::optional<uint64_t> offset = OffsetOf(address);
    return offset.has_value() ? At<T>(*offset) : std::nullopt;
  }
  std::optional<std::string> Name(uint64_t index) const {
    if (index >= strings_size_) return std::nullopt;
    const std::optional<uint64_t> offset = OffsetOf(strings_ + index);
    if (!offset.has_value() || *offset >= bytes_.size()) return std::nullopt;
    const std::string_view rest = bytes_.substr(*offset, kMaxName);
    const size_t end = rest.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    return std::string(rest.substr(0, end));
  }

  absl::Status ReadHeaders();
  absl::Status ReadDynamic();
  absl::Status ReadNeeded();
  absl::Status ReadExports();
  std::optional<uint64_t> CountByGnuHash(uint64_t* first) const;

  std::string_view bytes_;
  ElfFacts facts_;
  std::vector<Elf64_Phdr> headers_;
  std::vector<uint64_t> needed_;
  uint64_t strings_ = 0;
  uint64_t strings_size_ = 0;
  uint64_t symbols_ = 0;
  uint64_t hash_ = 0;
  uint64_t gnu_hash_ = 0;
};

absl::Status Reader::ReadHeaders() {
  const std::optional<Elf64_Ehdr> file = At<Elf64_Ehdr>(0);
  if (!file.has_value() || std::memcmp(file->e_ident, ELFMAG, SELFMAG) != 0) {
    return Broken("another kind of file");
  }
  if (file->e_ident[EI_CLASS] != ELFCLASS64 || file->e_ident[EI_DATA] != ELFDATA2LSB) {
    return Broken("another word size or byte order");
  }
  if (file->e_type != ET_DYN) return Broken("another kind of ELF file");
  facts_.machine = file->e_machine;
  if (file->e_phentsize != sizeof(Elf64_Phdr) || file->e_phnum > kMaxHeaders) {
    return Broken("broken program headers");
  }
  for (uint64_t i = 0; i < file->e_phnum; ++i) {
    // A wrapped sum lies outside too, since the table cannot begin before the file.
    const std::optional<Elf64_Phdr> header = At<Elf64_Phdr>(file->e_phoff + i * sizeof(Elf64_Phdr));
    if (!header.has_value()) return Broken("cut program headers");
    headers_.push_back(*header);
  }
  return absl::OkStatus();
}

absl::Status Reader::ReadDynamic() {
  const auto segment = std::find_if(headers_.begin(), headers_.end(),
                                    [](const Elf64_Phdr& h) { return h.p_type == PT_DYNAMIC; });
  if (segment == headers_.end()) return Broken("no dynamic segment");
  for (uint64_t i = 0; i < kMaxDynamic; ++i) {
    // By address, as the loader does: the header's offset could point elsewhere.
    const std::optional<Elf64_Dyn> entry =
        AtAddress<Elf64_Dyn>(segment->p_vaddr + i * sizeof(Elf64_Dyn));
    if (!entry.has_value()) return Broken("a cut dynamic segment");
    const uint64_t value = entry->d_un.d_val;
    switch (entry->d_tag) {
      case DT_NULL:
        return absl::OkStatus();
      case DT_NEEDED:
      case DT_AUXILIARY:
      case DT_FILTER:
      case DT_AUDIT:
      case DT_DEPAUDIT:
        // All of these bring another library in.
        needed_.push_back(value);
        if (needed_.size() > kMaxNeeded) return Broken("too many needed libraries");
        break;
      case DT_STRTAB:
        strings_ = value;
        break;
      case DT_STRSZ:
        strings_size_ = value;
        break;
      case DT_SYMTAB:
        symbols_ = value;
        break;
      case DT_HASH:
        hash_ = value;
        break;
      case DT_GNU_HASH:
        gnu_hash_ = value;
        break;
      case DT_TEXTREL:
        facts_.text_relocations = true;
        break;
      case DT_FLAGS:
        if ((value & DF_TEXTREL) != 0) facts_.text_relocations = true;
        break;
      default:
        break;
    }
  }
  return Broken("an endless dynamic segment");
}

absl::Status Reader::ReadNeeded() {
  for (const uint64_t index : needed_) {
    std::optional<std::string> name = Name(index);
    if (!name.has_value()) return Broken("a needed library without a name");
    facts_.needed.push_back(*std::move(name));
  }
  return absl::OkStatus();
}

// One past the highest symbol of the hash table; `first` is the lowest it can find.
std::optional<uint64_t> Reader::CountByGnuHash(uint64_t* first) const {
  struct Header {
    uint32_t buckets;
    uint32_t first_symbol;
    uint32_t bloom_words;
    uint32_t bloom_shift;
  };
  const std::optional<Header> header = AtAddress<Header>(gnu_hash_);
  if (!header.has_value() || header->buckets > kMaxSymbols || header->bloom_words > kMaxSymbols) {
    return std::nullopt;
  }
  *first = header->first_symbol;
  const uint64_t buckets =
      gnu_hash_ + sizeof(Header) + uint64_t{header->bloom_words} * sizeof(uint64_t);
  const uint64_t chains = buckets + uint64_t{header->buckets} * sizeof(uint32_t);
  uint64_t last = 0;
  for (uint64_t i = 0; i < header->buckets; ++i) {
    const std::optional<uint32_t> bucket = AtAddress<uint32_t>(buckets + i * sizeof(uint32_t));
    if (!bucket.has_value()) return std::nullopt;
    last = std::max<uint64_t>(last, *bucket);
  }
  if (last < *first) return *first;
  for (; last - *first < kMaxSymbols; ++last) {
    const std::optional<uint32_t> chain =
        AtAddress<uint32_t>(chains + (last - *first) * sizeof(uint32_t));
    if (!chain.has_value()) return std::nullopt;
    if ((*chain & 1) != 0) return last + 1;
  }
  return std::nullopt;
}

absl::Status Reader::ReadExports() {
  uint64_t first = 0;
  std::optional<uint64_t> count;
  if (gnu_hash_ != 0) {
    count = CountByGnuHash(&first);
  } else if (hash_ != 0) {
    // Bucket count, then chain count; the latter is the number of symbols.
    count = AtAddress<uint32_t>(hash_ + sizeof(uint32_t));
  }
  if (!count.has_value() || *count > kMaxSymbols) return Broken("no usable symbol table");
  for (uint64_t i = first; i < *count; ++i) {
    const std::optional<Elf64_Sym> symbol = AtAddress<Elf64_Sym>(symbols_ + i * sizeof(Elf64_Sym));
    if (!symbol.has_value()) return Broken("a cut symbol table");
    const unsigned binding = ELF64_ST_BIND(symbol->st_info);
    const unsigned visibility = ELF64_ST_VISIBILITY(symbol->st_other);
    if (symbol->st_shndx == SHN_UNDEF || binding == STB_LOCAL || visibility == STV_HIDDEN ||
        visibility == STV_INTERNAL) {
      continue;
    }
    std::optional<std::string> name = Name(symbol->st_name);
    if (!name.has_value()) return Broken("a symbol without a name");
    // A resolver that picks the function (STT_GNU_IFUNC) would run while it is loaded.
    if (ELF64_ST_TYPE(symbol->st_info) != STT_FUNC) facts_.exported_data.push_back(*name);
    facts_.exports.push_back(*std::move(name));
  }
  std::sort(facts_.exported_data.begin(), facts_.exported_data.end());
  std::sort(facts_.exports.begin(), facts_.exports.end());
  return absl::OkStatus();
}

absl::StatusOr<ElfFacts> Reader::Read() {
  for (const auto step :
       {&Reader::ReadHeaders, &Reader::ReadDynamic, &Reader::ReadNeeded, &Reader::ReadExports}) {
    if (absl::Status s = (this->*step)(); !s.ok()) return s;
  }
  return std::move(facts_);
}

}  // namespace

absl::StatusOr<ElfFacts> ReadElf(std::string_view bytes) { return Reader(bytes).Read(); }

}  // namespace kgw::plugin
