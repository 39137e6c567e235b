#ifndef PLUGINS_COMMON_JSON_VIEW_H_
#define PLUGINS_COMMON_JSON_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kgw::common {

enum class JsonKind : uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

// What is too much is refused: bytes, nesting, values.
struct JsonLimits {
  size_t bytes = size_t{32} << 20;
  size_t depth = 100;
  size_t values = 1'000'000;
  // The text is known to be UTF-8, as what the gateway hands over is.
  bool known_utf8 = false;
};

namespace internal {

// A value, and behind it all that lies in it; a member is a key and then its value.
struct JsonCell {
  static constexpr uint32_t kKey = 7;  // beside the kinds of values

  const char* text = nullptr;  // of a string, a number or a key
  uint32_t size = 0;           // bytes of it; of a container: values directly in it
  uint32_t kind : 3 = 0;
  uint32_t span : 29 = 1;  // cells of the value with all that lies in it
};

}  // namespace internal

// A value in a JsonDocument, to be read. What is not there, or is of another type, reads as absent,
// so that no chain of lookups can fail. Cheap to copy; lives until the document parses again.
class JsonView {
 public:
  class Iterator {
   public:
    Iterator(const internal::JsonCell* at, size_t keys) : at_(at), keys_(keys) {}
    JsonView operator*() const { return JsonView(at_ + keys_); }
    Iterator& operator++() {
      at_ += keys_ + at_[keys_].span;
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const internal::JsonCell* at_;
    size_t keys_;  // before each value: 1 in an object
  };
  class Members {
   public:
    explicit Members(const internal::JsonCell* object) : object_(object) {}
    Iterator begin() const { return {object_ == nullptr ? nullptr : object_ + 1, 1}; }
    Iterator end() const { return {object_ == nullptr ? nullptr : object_ + object_->span, 1}; }

   private:
    const internal::JsonCell* object_;
  };

  JsonView() = default;
  explicit operator bool() const { return cell_ != nullptr; }
  bool is_object() const { return Is(JsonKind::kObject); }
  bool is_array() const { return Is(JsonKind::kArray); }
  bool is_string() const { return Is(JsonKind::kString); }
  bool is_number() const { return Is(JsonKind::kNumber); }
  // kNull where there is no value.
  JsonKind kind() const {
    return cell_ == nullptr ? JsonKind::kNull : static_cast<JsonKind>(cell_->kind);
  }

  // The first member of that name.
  JsonView operator[](std::string_view name) const {
    for (const JsonView member : members()) {
      if (member.name() == name) return member;
    }
    return {};
  }

  // Of a string; empty otherwise.
  std::string_view text() const { return is_string() ? raw() : std::string_view(); }
  std::string_view text(std::string_view name) const { return (*this)[name].text(); }
  // A number as it was written, e.g. "1.50"; a string's text.
  std::string_view raw() const {
    return is_string() || is_number() ? std::string_view(cell_->text, cell_->size)
                                      : std::string_view();
  }
  // A number without fraction and exponent, within int.
  std::optional<int> number() const;
  std::optional<int> number(std::string_view name) const { return (*this)[name].number(); }
  std::optional<bool> boolean() const {
    if (Is(JsonKind::kTrue)) return true;
    if (Is(JsonKind::kFalse)) return false;
    return std::nullopt;
  }
  std::optional<bool> boolean(std::string_view name) const { return (*this)[name].boolean(); }

  // Of an array: how many values, which, and the first.
  size_t size() const { return is_array() ? cell_->size : 0; }
  bool empty() const { return size() == 0; }
  Iterator begin() const { return {is_array() ? cell_ + 1 : nullptr, 0}; }
  Iterator end() const { return {is_array() ? cell_ + cell_->span : nullptr, 0}; }
  JsonView front() const { return empty() ? JsonView() : *begin(); }

  // Of an object: its members in their order. Each tells its name.
  Members members() const { return Members(is_object() ? cell_ : nullptr); }
  size_t member_count() const { return is_object() ? cell_->size : 0; }
  // Of a member; empty otherwise.
  std::string_view name() const {
    if (cell_ == nullptr || cell_[-1].kind != internal::JsonCell::kKey) return {};
    return {cell_[-1].text, cell_[-1].size};
  }

 private:
  friend class JsonDocument;
  explicit JsonView(const internal::JsonCell* cell) : cell_(cell) {}
  bool Is(JsonKind kind) const {
    return cell_ != nullptr && cell_->kind == static_cast<uint32_t>(kind);
  }

  const internal::JsonCell* cell_ = nullptr;
};

// A parsed text and the memory under it, which is used again from one text to the next. Not copied;
// one thread parses, any may read.
class JsonDocument {
 public:
  JsonDocument() = default;
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  // False, with an absent root, for anything but one well-formed text in valid UTF-8 within the
  // limits. Costs no stack, however deep the text is.
  bool Parse(std::string_view text, const JsonLimits& limits = {});
  JsonView root() const { return cells_.size() > 1 ? JsonView(&cells_[1]) : JsonView(); }
  // Gives memory back, and the text with it, when more than this many bytes are held.
  void Trim(size_t bytes);

 private:
  std::string buffer_;
  std::vector<internal::JsonCell> cells_;  // behind one that is no value
};

}  // namespace kgw::common

#endif  // PLUGINS_COMMON_JSON_VIEW_H_
