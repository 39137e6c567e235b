#include "gateway/delivery/words.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace kgw::delivery {

std::string Shortened(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  size_t end = bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

std::string FarWords(std::string_view text, size_t bytes) {
  std::string words = Shortened(text, bytes);
  for (size_t i = 0; i < words.size(); ++i) {
    const auto c = static_cast<unsigned char>(words[i]);
    const auto next = static_cast<unsigned char>(i + 1 < words.size() ? words[i + 1] : 0);
    if (c == 0xC2 && next >= 0x80 && next < 0xA0) {
      words[i] = words[i + 1] = ' ';
    } else if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) {
      words[i] = ' ';
    }
  }
  return words;
}

store::ErrorClass ConnectorsClass(std::string_view name) {
  const auto known = store::ErrorClassOf(name);
  return known && store::IsOfConnector(*known) ? *known : store::ErrorClass::kNone;
}

std::string WaitsFor(const std::vector<RecordName>& records) {
  constexpr size_t kNamed = 3;
  std::string text;
  for (size_t i = 0; i < std::min(records.size(), kNamed); ++i) {
    absl::StrAppend(&text, i == 0 ? "waits for " : ", ", records[i].type, " ", records[i].id);
  }
  if (records.size() > kNamed) absl::StrAppend(&text, " and ", records.size() - kNamed, " more");
  return text;
}

store::DeliveryError OwnError(store::ErrorClass error_class, std::string_view text) {
  store::DeliveryError error;
  error.error_class = error_class;
  error.text = Shortened(text, kLongestText);
  return error;
}

}  // namespace kgw::delivery
