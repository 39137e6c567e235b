#ifndef GATEWAY_BASE_JSON_H_
#define GATEWAY_BASE_JSON_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// JSON that keeps what it was given: numbers stay text, so 1.50 does not become 1.5, and members
// keep their order. Everything is bounded: depth is checked while parsing and nothing recurses over
// the input, so hostile nesting ends in INVALID_ARGUMENT and never on the end of the stack.
namespace kgw::json {

struct Limits {
  size_t max_bytes = size_t{64} << 20;
  int max_depth = 100;
};

// Receives a text as events. Views live until the call returns. Returning false stops the parse;
// ParseEvents then answers CANCELLED. `offset` is where the token begins in the text.
class EventHandler {
 public:
  virtual ~EventHandler() = default;
  virtual bool Null(size_t offset) = 0;
  virtual bool Bool(bool value, size_t offset) = 0;
  virtual bool Number(std::string_view text, size_t offset) = 0;
  virtual bool String(std::string_view value, size_t offset) = 0;
  virtual bool StartObject(size_t offset) = 0;
  virtual bool Key(std::string_view name, size_t offset) = 0;
  virtual bool EndObject() = 0;
  virtual bool StartArray(size_t offset) = 0;
  virtual bool EndArray() = 0;
};

// INVALID_ARGUMENT names the byte offset and what was expected there; the text itself is not
// quoted, since it may be about a patient. Invalid UTF-8 and duplicate keys of one object are
// errors of Parse; ParseEvents checks UTF-8 only.
absl::Status ParseEvents(std::string_view text, EventHandler& handler, const Limits& limits = {});

enum class Kind : uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

struct Member;

// One node of a Document. Trivially copyable; its text and children belong to the Document's arena
// and live as long as the Document. A default-made Value is null.
class Value {
 public:
  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_number() const { return kind_ == Kind::kNumber; }
  bool is_string() const { return kind_ == Kind::kString; }
  bool is_array() const { return kind_ == Kind::kArray; }
  bool is_object() const { return kind_ == Kind::kObject; }

  bool boolean() const { return kind_ == Kind::kTrue; }
  // The text of a string (unescaped) or a number (as it was written); empty otherwise.
  std::string_view text() const;
  // Elements of an array or members of an object; 0 otherwise.
  size_t size() const { return is_array() || is_object() ? size_ : 0; }

  // Arrays. `operator[]` beyond the end answers null.
  const Value& operator[](size_t index) const;
  const Value* begin() const { return is_array() ? items_ : nullptr; }
  const Value* end() const { return is_array() ? items_ + size_ : nullptr; }

  // Objects. Find answers null (the constant, never a null pointer) when there is no such member.
  const Value& Find(std::string_view name) const;
  bool Has(std::string_view name) const;
  const Member* members_begin() const { return is_object() ? members_ : nullptr; }
  const Member* members_end() const;

  // Find(...).text(), for the many string members.
  std::string_view TextOf(std::string_view name) const { return Find(name).text(); }
  // INVALID_ARGUMENT unless a number (or a string, as proto3 JSON writes 64-bit integers) that is
  // an integer within int64.
  absl::StatusOr<int64_t> AsInt64() const;

 private:
  friend class Document;
  Kind kind_ = Kind::kNull;
  uint32_t size_ = 0;
  union {
    const char* text_ = nullptr;
    Value* items_;
    Member* members_;
  };
};

struct Member {
  std::string_view name;
  Value value;
};

// Owns a tree and the memory under it. Movable, not copyable; any thread.
class Document {
 public:
  ~Document();
  Document(Document&&) noexcept;

  static absl::StatusOr<Document> Parse(std::string_view text, const Limits& limits = {});

  const Value& root() const;

 private:
  Document();
  struct State;
  std::unique_ptr<State> state_;
};

// Writes compact JSON into a string it does not own. Calls must make a well-formed text and strings
// must be valid UTF-8: that is the caller's duty and is not checked.
class Writer {
 public:
  explicit Writer(std::string* out) : out_(out) {}

  void StartObject();
  void EndObject();
  void StartArray();
  void EndArray();
  void Key(std::string_view name);
  void String(std::string_view value);
  void Number(std::string_view text);
  void Integer(int64_t value);
  void Bool(bool value);
  void Null();
  // A value that is JSON already, copied as it is.
  void Raw(std::string_view json);
  // A tree; iterative, so depth costs no stack.
  void Tree(const Value& value);

  // Key and value together.
  void Field(std::string_view name, std::string_view value) { Key(name), String(value); }

 private:
  void Separate();
  std::string* out_;
  bool need_comma_ = false;
};

}  // namespace kgw::json

#endif  // GATEWAY_BASE_JSON_H_
