#include <array>
#include <charconv>
#include <cstring>

#include "absl/container/inlined_vector.h"
#include "gateway/base/json.h"

namespace kgw::json {
namespace {

// For each byte: 0 when it stands for itself, 'u' for \u00XX, else the letter after the backslash.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> table{};
  for (int i = 0; i < 0x20; ++i) table[i] = 'u';
  table['"'] = '"';
  table['\\'] = '\\';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  return table;
}();

constexpr uint64_t kOnes = 0x0101010101010101u;
constexpr uint64_t kHighs = 0x8080808080808080u;

constexpr uint64_t HasZeroByte(uint64_t word) { return (word - kOnes) & ~word & kHighs; }

// True when one of the eight bytes needs an escape; may also be true for a clean word that holds
// bytes above 0x7F, which the table then decides.
bool MayNeedEscape(const char* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, 8);
  const uint64_t quote = HasZeroByte(word ^ (kOnes * '"'));
  const uint64_t backslash = HasZeroByte(word ^ (kOnes * '\\'));
  const uint64_t control = (word - kOnes * 0x20) & ~word & kHighs;
  return (quote | backslash | control) != 0;
}

void AppendEscaped(std::string* out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  const char* clean = text.data();
  const char* const end = clean + text.size();
  const char* at = clean;
  while (at != end) {
    while (end - at >= 8 && !MayNeedEscape(at)) at += 8;
    const char* stop = end - at >= 8 ? at + 8 : end;
    for (; at != stop; ++at) {
      const char escape = kEscapes[static_cast<unsigned char>(*at)];
      if (escape == 0) continue;
      out->append(clean, at);
      clean = at + 1;
      if (escape == 'u') {
        const char code[] = {'\\', 'u', '0', '0', kHex[*at >> 4], kHex[*at & 15]};
        out->append(code, sizeof(code));
      } else {
        const char code[] = {'\\', escape};
        out->append(code, sizeof(code));
      }
    }
  }
  out->append(clean, end);
}

// One open container of a walk; members when it is an object, items otherwise.
struct Open {
  const Member* member;
  const Member* members_end;
  const Value* item;
  const Value* items_end;
  bool object;
};
using OpenStack = absl::InlinedVector<Open, 32>;

// Writes a leaf, or opens a container and remembers what is inside.
void Begin(Writer& writer, const Value& value, OpenStack& open) {
  switch (value.kind()) {
    case Kind::kNull:
      return writer.Null();
    case Kind::kFalse:
    case Kind::kTrue:
      return writer.Bool(value.boolean());
    case Kind::kNumber:
      return writer.Number(value.text());
    case Kind::kString:
      return writer.String(value.text());
    case Kind::kArray:
      writer.StartArray();
      open.push_back({nullptr, nullptr, value.begin(), value.end(), false});
      return;
    case Kind::kObject:
      writer.StartObject();
      open.push_back({value.members_begin(), value.members_end(), nullptr, nullptr, true});
      return;
  }
}

}  // namespace

void Writer::Separate() {
  if (need_comma_) out_->push_back(',');
  need_comma_ = true;
}

void Writer::StartObject() {
  Separate();
  out_->push_back('{');
  need_comma_ = false;
}

void Writer::EndObject() {
  out_->push_back('}');
  need_comma_ = true;
}

void Writer::StartArray() {
  Separate();
  out_->push_back('[');
  need_comma_ = false;
}

void Writer::EndArray() {
  out_->push_back(']');
  need_comma_ = true;
}

void Writer::Key(std::string_view name) {
  String(name);
  out_->push_back(':');
  need_comma_ = false;
}

void Writer::String(std::string_view value) {
  Separate();
  out_->push_back('"');
  AppendEscaped(out_, value);
  out_->push_back('"');
}

void Writer::Number(std::string_view text) { Raw(text); }
void Writer::Integer(int64_t value) {
  char digits[24];
  const auto [end, error] = std::to_chars(digits, digits + sizeof(digits), value);
  Raw({digits, end});
}
void Writer::Bool(bool value) { Raw(value ? "true" : "false"); }
void Writer::Null() { Raw("null"); }

void Writer::Raw(std::string_view json) {
  Separate();
  out_->append(json);
}

void Writer::Tree(const Value& value) {
  OpenStack open;
  Begin(*this, value, open);
  while (!open.empty()) {
    Open& top = open.back();
    if (top.object && top.member != top.members_end) {
      const Member& member = *top.member++;
      Key(member.name);
      Begin(*this, member.value, open);
    } else if (!top.object && top.item != top.items_end) {
      Begin(*this, *top.item++, open);
    } else {
      top.object ? EndObject() : EndArray();
      open.pop_back();
    }
  }
}

}  // namespace kgw::json
