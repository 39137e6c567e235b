#ifndef GATEWAY_BASE_JSON_SCAN_H_
#define GATEWAY_BASE_JSON_SCAN_H_

#include <bit>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "gateway/base/utf8.h"

// JSON as programs write it, read in place: no copy of the text and no call through a table for
// each token. What it accepts is JSON and its events are those of ParseEvents; where the text is
// malformed or merely rare (\u escapes, exponents) it only says so, and ParseEvents, which knows
// every rule and every message, has to read from the beginning. A check of each resource stands on
// it: docs/decisions/json-scan.md has the figures.
namespace kgw::json {

enum class Scan : uint8_t {
  kDone,
  kStopped,  // the handler answered false
  kUnsure,   // nothing is known; events that were told so far count for nothing
};

inline constexpr int kMaxScanDepth = 128;

namespace internal {

constexpr uint64_t kOnes = 0x0101010101010101u;
constexpr uint64_t kHighBits = 0x8080808080808080u;
// The lowest byte that is marked is zero; marks above it may be wrong.
constexpr uint64_t ZeroBytes(uint64_t word) { return (word - kOnes) & ~word & kHighBits; }
// The same for bytes below a blank.
constexpr uint64_t ControlBytes(uint64_t word) { return (word - kOnes * 0x20) & ~word & kHighBits; }
static_assert(std::endian::native == std::endian::little, "the first byte must be the lowest");

template <typename Handler>
class Scanner {
 public:
  Scanner(std::string_view text, Handler& handler, int max_depth)
      : begin_(text.data()),
        at_(text.data()),
        end_(text.data() + text.size()),
        handler_(handler),
        max_depth_(max_depth < kMaxScanDepth ? max_depth : kMaxScanDepth) {}

  Scan Run() {
    if (!ReadValue() || !ReadRest()) return result_;
    return Peek() == 0 && at_ == end_ ? Scan::kDone : Scan::kUnsure;
  }

 private:
  // The next character that is no white space; 0 at the end of the text.
  char Peek() {
    while (at_ != end_) {
      const char c = *at_;
      if (static_cast<unsigned char>(c) > ' ') return c;
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return c;
      ++at_;
    }
    return 0;
  }

  bool Unsure() {
    result_ = Scan::kUnsure;
    return false;
  }
  bool Told(bool go_on) {
    if (!go_on) result_ = Scan::kStopped;
    return go_on;
  }
  size_t Here() const { return static_cast<size_t>(at_ - begin_); }
  bool InObject() const { return objects_[static_cast<size_t>(depth_)]; }

  bool Open(bool object) {
    if (depth_ == max_depth_) return Unsure();
    const size_t offset = Here();
    if (!Told(object ? handler_.StartObject(offset) : handler_.StartArray(offset))) return false;
    ++at_;
    objects_[static_cast<size_t>(++depth_)] = object;
    fresh_ = true;
    return true;
  }

  bool Close() {
    ++at_;
    fresh_ = false;
    const bool object = InObject();
    --depth_;
    return Told(object ? handler_.EndObject() : handler_.EndArray());
  }

  // What follows a value or an opening bracket, until the outermost value is closed.
  bool ReadRest() {
    while (depth_ > 0) {
      const char c = Peek();
      if (c == (InObject() ? '}' : ']')) {
        if (!Close()) return false;
        continue;
      }
      if (!fresh_) {
        if (c != ',') return Unsure();
        ++at_;
      }
      fresh_ = false;
      if (InObject() && !ReadKey()) return false;
      if (!ReadValue()) return false;
    }
    return true;
  }

  bool ReadKey() {
    if (Peek() != '"') return Unsure();
    const size_t offset = Here();
    std::string_view name;
    if (!ReadString(&name)) return Unsure();
    if (!Told(handler_.Key(name, offset))) return false;
    if (Peek() != ':') return Unsure();
    ++at_;
    return true;
  }

  bool ReadValue() {
    const char c = Peek();
    switch (c) {
      case '"': {
        const size_t offset = Here();
        std::string_view value;
        return ReadString(&value) ? Told(handler_.String(value, offset)) : Unsure();
      }
      case '{':
        return Open(true);
      case '[':
        return Open(false);
      case 't':
        return ReadWord("true") && Told(handler_.Bool(true, Here() - 4));
      case 'f':
        return ReadWord("false") && Told(handler_.Bool(false, Here() - 5));
      case 'n':
        return ReadWord("null") && Told(handler_.Null(Here() - 4));
      default:
        return ReadNumber();
    }
  }

  bool ReadWord(std::string_view word) {
    if (static_cast<size_t>(end_ - at_) < word.size() ||
        std::memcmp(at_, word.data(), word.size()) != 0) {
      return Unsure();
    }
    at_ += word.size();
    return true;
  }

  size_t CountDigits() {
    const char* from = at_;
    while (at_ != end_ && *at_ >= '0' && *at_ <= '9') ++at_;
    return static_cast<size_t>(at_ - from);
  }

  bool ReadNumber() {
    // Beyond this a double may overflow, which the full parser judges.
    constexpr size_t kMostDigits = 300;
    const size_t offset = Here();
    if (at_ != end_ && *at_ == '-') ++at_;
    const char* first = at_;
    const size_t whole = CountDigits();
    if (whole == 0 || whole > kMostDigits || (whole > 1 && *first == '0')) return Unsure();
    if (at_ != end_ && *at_ == '.') {
      ++at_;
      if (CountDigits() == 0) return Unsure();
    }
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) return Unsure();
    return Told(handler_.Number({begin_ + offset, Here() - offset}, offset));
  }

  // From the opening quote to behind the closing one. False: malformed, or rare.
  bool ReadString(std::string_view* value) {
    const char* first = ++at_;
    uint64_t high = 0;
    if (!SkipPlain(&high)) return false;
    if (*at_ == '"') {
      *value = {first, static_cast<size_t>(at_ - first)};
      ++at_;
    } else if (!Unescape(first, &high, value)) {
      return false;
    }
    return high == 0 || IsValidUtf8(*value);
  }

  // To the next quote, backslash or control character; false when there is none.
  bool SkipPlain(uint64_t* high) {
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    const __m128i last_control = _mm_set1_epi8(0x1F);
    while (end_ - at_ >= 16) {
      const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at_));
      const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(block, last_control), block);
      const __m128i found = _mm_or_si128(
          _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)), controls);
      const auto marks = static_cast<uint32_t>(_mm_movemask_epi8(found));
      *high |= static_cast<uint32_t>(_mm_movemask_epi8(block));
      if (marks != 0) {
        at_ += std::countr_zero(marks);
        return true;
      }
      at_ += 16;
    }
#endif
    while (end_ - at_ >= 8) {
      uint64_t word;
      std::memcpy(&word, at_, 8);
      const uint64_t marks =
          ZeroBytes(word ^ kOnes * '"') | ZeroBytes(word ^ kOnes * '\\') | ControlBytes(word);
      *high |= word & kHighBits;
      if (marks != 0) {
        at_ += std::countr_zero(marks) / 8;
        return true;
      }
      at_ += 8;
    }
    for (; at_ != end_; ++at_) {
      const auto c = static_cast<unsigned char>(*at_);
      if (c == '"' || c == '\\' || c < 0x20) return true;
      *high |= c & 0x80;
    }
    return false;
  }

  bool Unescape(const char* first, uint64_t* high, std::string_view* value) {
    unescaped_.assign(first, static_cast<size_t>(at_ - first));
    while (*at_ != '"') {
      if (*at_ != '\\' || end_ - at_ < 2) return false;
      const char plain = PlainOf(at_[1]);
      if (plain == 0) return false;
      unescaped_ += plain;
      at_ += 2;
      const char* from = at_;
      if (!SkipPlain(high)) return false;
      unescaped_.append(from, static_cast<size_t>(at_ - from));
    }
    ++at_;
    *value = unescaped_;
    return true;
  }

  static char PlainOf(char escape) {
    switch (escape) {
      case '"':
      case '\\':
      case '/':
        return escape;
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      default:
        return 0;
    }
  }

  const char* const begin_;
  const char* at_;
  const char* const end_;
  Handler& handler_;
  const int max_depth_;
  int depth_ = 0;
  bool fresh_ = false;  // a container was just opened
  Scan result_ = Scan::kUnsure;
  std::bitset<kMaxScanDepth + 1> objects_;  // whether the container at a depth is an object
  std::string unescaped_;
};

}  // namespace internal

// Handler has the methods of EventHandler; they need not be virtual. Views point into the text, or
// live until the call returns where a string has escapes.
template <typename Handler>
Scan ScanEvents(std::string_view text, Handler& handler, int max_depth) {
  return internal::Scanner<Handler>(text, handler, max_depth).Run();
}

}  // namespace kgw::json

#endif  // GATEWAY_BASE_JSON_SCAN_H_
