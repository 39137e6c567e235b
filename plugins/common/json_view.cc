#include "plugins/common/json_view.h"

#include <algorithm>
#include <charconv>

#if defined(__SSE2__)
#define RAPIDJSON_SSE2
#endif
#define RAPIDJSON_HAS_STDSTRING 0
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace kgw::common {
namespace {

using internal::JsonCell;

// The parser looks ahead in blocks of 16 bytes.
constexpr size_t kPadding = 32;
// More cells than a span can count.
constexpr size_t kMostValues = size_t{1} << 28;
constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
                            rapidjson::kParseNumbersAsStringsFlag;

// Asked of each string and not of the whole text, since escapes can spell what is no UTF-8: half of
// a pair of surrogates.
bool IsUtf8(const char* text, size_t size) {
  if (std::all_of(text, text + size, [](char c) { return (c & 0x80) == 0; })) return true;
  struct Nowhere {
    void Put(char) {}
  } nowhere;
  rapidjson::MemoryStream stream(text, size);
  while (stream.Tell() < size) {
    if (!rapidjson::UTF8<>::Validate(stream, nowhere)) return false;
  }
  return true;
}

// Lays RapidJSON's events out as cells. In place, texts keep their memory.
class Builder {
 public:
  Builder(const JsonLimits& limits, std::vector<JsonCell>& cells)
      : limits_(limits), values_left_(std::min(limits.values, kMostValues)), cells_(cells) {}

  bool Null() { return Add(JsonKind::kNull); }
  bool Bool(bool value) { return Add(value ? JsonKind::kTrue : JsonKind::kFalse); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    return Add(JsonKind::kNumber, text, size);
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return (limits_.known_utf8 || IsUtf8(text, size)) && Add(JsonKind::kString, text, size);
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    if (!limits_.known_utf8 && !IsUtf8(text, size)) return false;
    JsonCell& cell = cells_.emplace_back();
    cell.kind = JsonCell::kKey;
    cell.text = text;
    cell.size = size;
    return true;
  }
  bool StartObject() { return Open(JsonKind::kObject); }
  bool StartArray() { return Open(JsonKind::kArray); }
  bool EndObject(rapidjson::SizeType size) { return Close(size); }
  bool EndArray(rapidjson::SizeType size) { return Close(size); }

  // Never called: numbers stay text.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(int64_t) { return false; }
  bool Uint64(uint64_t) { return false; }
  bool Double(double) { return false; }

 private:
  bool Add(JsonKind kind, const char* text = nullptr, uint32_t size = 0) {
    if (values_left_-- == 0) return false;
    JsonCell& cell = cells_.emplace_back();
    cell.kind = static_cast<uint32_t>(kind) & 7;
    cell.text = text;
    cell.size = size;
    return true;
  }
  bool Open(JsonKind kind) {
    if (open_.size() >= limits_.depth || !Add(kind)) return false;
    open_.push_back(cells_.size() - 1);
    return true;
  }
  bool Close(uint32_t size) {
    JsonCell& cell = cells_[open_.back()];
    cell.size = size;
    cell.span = static_cast<uint32_t>(cells_.size() - open_.back()) & ((1u << 29) - 1);
    open_.pop_back();
    return true;
  }

  const JsonLimits& limits_;
  size_t values_left_;
  std::vector<JsonCell>& cells_;
  std::vector<size_t> open_;
};

}  // namespace

std::optional<int> JsonView::number() const {
  if (!is_number()) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(cell_->text, cell_->text + cell_->size, value);
  if (error != std::errc() || end != cell_->text + cell_->size) return std::nullopt;
  return value;
}

bool JsonDocument::Parse(std::string_view text, const JsonLimits& limits) {
  cells_.clear();
  // RapidJSON takes a zero byte for the end of the text.
  if (text.size() > limits.bytes || text.find('\0') != std::string_view::npos) return false;
  buffer_.assign(text);
  buffer_.append(kPadding, '\0');
  cells_.emplace_back();
  Builder builder(limits, cells_);
  rapidjson::InsituStringStream stream(buffer_.data());
  rapidjson::Reader reader;
  if (reader.Parse<kFlags>(stream, builder)) return true;
  cells_.clear();
  return false;
}

void JsonDocument::Trim(size_t bytes) {
  if (buffer_.capacity() + cells_.capacity() * sizeof(JsonCell) <= bytes) return;
  std::string().swap(buffer_);
  std::vector<JsonCell>().swap(cells_);
}

}  // namespace kgw::common
