#include "gateway/base/tag.h"

#include <algorithm>

#include "gateway/base/utf8.h"

namespace kgw {
namespace {

constexpr size_t kMaxTag = 128;
constexpr size_t kMaxSentence = 1000;

bool IsTagCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._:/-@[]+").find(c) != std::string_view::npos;
}

}  // namespace

Tag::Tag(std::string_view name) : text_(name.substr(0, kMaxTag)) {
  std::replace_if(
      text_.begin(), text_.end(), [](char c) { return !IsTagCharacter(c); }, '_');
}

OperatorText::OperatorText(std::string_view sentence) : text_(sentence.substr(0, kMaxSentence)) {
  std::replace_if(
      text_.begin(), text_.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  const size_t bad = FindInvalidUtf8(text_);
  if (bad != std::string::npos) text_.resize(bad);
}

}  // namespace kgw
