#include "gateway/base/utf8.h"

#include <cstdint>
#include <cstring>

namespace kgw {
namespace {

bool IsContinuation(uint8_t byte) { return (byte & 0xC0) == 0x80; }

// Bytes of the character at `p`, 0 when it is malformed. `left` is at least 1.
size_t CharacterSize(const uint8_t* p, size_t left) {
  const uint8_t lead = p[0];
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  if (lead < 0xE0) return left >= 2 && IsContinuation(p[1]) ? 2 : 0;
  if (lead < 0xF0) {
    if (left < 3 || !IsContinuation(p[1]) || !IsContinuation(p[2])) return 0;
    if (lead == 0xE0 && p[1] < 0xA0) return 0;   // overlong
    if (lead == 0xED && p[1] >= 0xA0) return 0;  // surrogate
    return 3;
  }
  if (left < 4 || !IsContinuation(p[1]) || !IsContinuation(p[2]) || !IsContinuation(p[3])) return 0;
  if (lead == 0xF0 && p[1] < 0x90) return 0;   // overlong
  if (lead == 0xF4 && p[1] >= 0x90) return 0;  // above U+10FFFF
  return 4;
}

}  // namespace

size_t FindInvalidUtf8(std::string_view bytes) {
  const auto* begin = reinterpret_cast<const uint8_t*>(bytes.data());
  const size_t size = bytes.size();
  size_t at = 0;
  while (at < size) {
    // Most text is ASCII: step over 16 bytes at once while no high bit is set.
    while (size - at >= 16) {
      uint64_t low, high;
      std::memcpy(&low, begin + at, 8);
      std::memcpy(&high, begin + at + 8, 8);
      if (((low | high) & 0x8080808080808080u) != 0) break;
      at += 16;
    }
    const size_t stop = size - at >= 16 ? at + 16 : size;
    while (at < stop) {
      const size_t step = CharacterSize(begin + at, size - at);
      if (step == 0) return at;
      at += step;
    }
  }
  return std::string_view::npos;
}

}  // namespace kgw
