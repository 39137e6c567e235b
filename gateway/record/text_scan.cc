#include "gateway/record/text_scan.h"

#include <cstdint>
#include <cstring>

namespace kgw::record {
namespace {

constexpr uint64_t kOnes = 0x0101010101010101U;
constexpr uint64_t kHighs = 0x8080808080808080U;

// High bits where a byte of `word`, all of them below 0x80, is below `limit`.
constexpr uint64_t Below(uint64_t word, uint64_t limit) { return (word - kOnes * limit) & ~word; }
constexpr uint64_t Equal(uint64_t word, uint64_t byte) { return Below(word ^ (kOnes * byte), 1); }

bool IsPlain(unsigned char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

// Size of the sequence that begins at `at`, or 0 when it is not UTF-8.
size_t SequenceSize(const unsigned char* at, size_t left) {
  auto follows = [&](size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < left && at[i] >= low && at[i] <= high;
  };
  const unsigned char lead = at[0];
  if (lead < 0x80) {
    return 1;
  }
  if (lead >= 0xC2 && lead <= 0xDF) {
    return follows(1) ? 2 : 0;
  }
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

TextKind ScanText(std::string_view text) {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  size_t left = text.size();
  bool plain = true;
  while (left > 0) {
    if (left >= 8) {
      uint64_t word;
      std::memcpy(&word, at, 8);
      if ((word & kHighs) == 0) {
        const uint64_t odd =
            Below(word, 0x20) | Equal(word, '"') | Equal(word, '\\') | Equal(word, 0x7F);
        plain = plain && (odd & kHighs) == 0;
        at += 8;
        left -= 8;
        continue;
      }
    }
    plain = plain && IsPlain(*at);
    const size_t size = SequenceSize(at, left);
    if (size == 0) {
      return TextKind::kNotUtf8;
    }
    at += size;
    left -= size;
  }
  return plain ? TextKind::kPlain : TextKind::kValid;
}

bool HasControlCharacter(std::string_view text, bool allow_layout) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 && !(allow_layout && (c == '\t' || c == '\n' || c == '\r'))) {
      return true;
    }
    const bool is_c1 =
        c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (c == 0x7F || is_c1) {
      return true;
    }
  }
  return false;
}

}  // namespace kgw::record
