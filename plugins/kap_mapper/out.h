#ifndef KGW_KAP_MAPPER_OUT_H_
#define KGW_KAP_MAPPER_OUT_H_

#include <charconv>
#include <string>
#include <string_view>

#include "plugins/common/text.h"

namespace kgw::kap {

// Appends compact JSON to a buffer that is used again and again. Where a comma is due shows in the
// last byte written: none follows an opening bracket or a key. The caller keeps the structure
// right.
class Out {
 public:
  explicit Out(std::string& buffer) : buffer_(buffer) {}

  void Key(std::string_view key) {
    Separate();
    buffer_ += '"';
    buffer_ += key;
    buffer_ += "\":";
  }
  void Begin() {
    Separate();
    buffer_ += '{';
  }
  void Begin(std::string_view key) {
    Key(key);
    buffer_ += '{';
  }
  void End() { buffer_ += '}'; }
  void BeginList(std::string_view key) {
    Key(key);
    buffer_ += '[';
  }
  void EndList() { buffer_ += ']'; }

  // JSON that is ready: an element of a list, or the value after a key.
  void Raw(std::string_view json) {
    Separate();
    buffer_ += json;
  }
  void Raw(std::string_view key, std::string_view json) {
    Key(key);
    buffer_ += json;
  }
  // Text from the input.
  void Text(std::string_view value) {
    Separate();
    buffer_ += '"';
    Piece(value);
    buffer_ += '"';
  }
  void Text(std::string_view key, std::string_view value) {
    Key(key);
    Text(value);
  }
  void TextIf(std::string_view key, std::string_view value) {
    if (!value.empty()) Text(key, value);
  }
  // Text of ours, which needs no escape.
  void Plain(std::string_view key, std::string_view value) {
    Key(key);
    buffer_ += '"';
    buffer_ += value;
    buffer_ += '"';
  }
  void Number(std::string_view key, int64_t value) {
    Key(key);
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
    buffer_.append(digits, static_cast<size_t>(end - digits));
  }
  void Bool(std::string_view key, bool value) { Raw(key, value ? "true" : "false"); }

  // The inside of a text that was opened by OpenText: escaped pieces, one after the other.
  void OpenText(std::string_view key) {
    Key(key);
    buffer_ += '"';
  }
  void Piece(std::string_view text) { common::AppendJsonEscaped(buffer_, text); }
  void CloseText() { buffer_ += '"'; }

  std::string& buffer() { return buffer_; }

 private:
  void Separate() {
    const char last = buffer_.empty() ? '{' : buffer_.back();
    if (last != '{' && last != '[' && last != ':') buffer_ += ',';
  }

  std::string& buffer_;
};

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_OUT_H_
