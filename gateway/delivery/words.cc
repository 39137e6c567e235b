#include "gateway/delivery/words.h"

#include "absl/strings/str_cat.h"

namespace kgw::delivery {

std::string Shortened(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  size_t end = bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

std::string WaitsFor(const std::vector<RecordName>& records) {
  if (records.empty()) return "";
  std::string text = absl::StrCat("waits for ", records.front().type, " ", records.front().id);
  if (records.size() > 1) absl::StrAppend(&text, " and ", records.size() - 1, " more");
  return text;
}

store::DeliveryError OwnError(std::string_view error_class, std::string_view text) {
  store::DeliveryError error;
  error.error_class = error_class;
  error.text = Shortened(text, kLongestText);
  return error;
}

}  // namespace kgw::delivery
